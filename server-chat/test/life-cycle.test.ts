import { once } from "node:events";
import { connect, createServer } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { type ChatNode, type NodeOptions, startNode } from "./nodes.ts";

const nodes: ChatNode[] = [];
const start = async (options: NodeOptions = {}): Promise<ChatNode> => {
  const node = await startNode(options);
  nodes.push(node);
  return node;
};
afterEach(() => Promise.all(nodes.splice(0).map((node) => node.kill())));

/** Puts a statement into the server's process, that runs once when it opens a port. */
const onListen = (statement: string) => [
  "--import",
  `data:text/javascript,${encodeURIComponent(`
    import { Server } from "node:net";
    const { listen } = Server.prototype;
    Server.prototype.listen = function (...args) {
      Server.prototype.listen = listen;
      setImmediate(() => { ${statement} });
      return listen.apply(this, args);
    };`)}`,
];

describe("a server that cannot start", () => {
  test("says of every variable what is wrong with it, and nothing else", async () => {
    const env = { PORT: "0", ADMIN_PORT: "x", REDIS_MODE: "file" as never, ALLOWED_ORIGINS: "everybody" };
    const node = await start({ env, unready: true });
    expect(await node.exited).toEqual({ code: 2, signal: null });
    const [title, ...problems] = node.logs;
    expect(title).toBe("The environment is not usable.");
    expect(problems.map((line) => line.split(/[.:]/)[0]).sort()).toEqual(Object.keys(env).sort());
  });

  test.each(["PORT", "ADMIN_PORT"])("says in one line that the port of %s is taken", async (name) => {
    const other = createServer().listen(0);
    await once(other, "listening");
    const { port } = other.address() as { port: number };
    const node = await start({ env: { [name]: String(port), LOG_LEVEL: "error" }, unready: true });
    expect(await node.exited).toEqual({ code: 2, signal: null });
    other.close();
    expect(node.logs).toEqual([expect.stringMatching(new RegExp(`EADDRINUSE.*:${port}\\b`))]);
  });
});

describe("a failure that nobody expected", () => {
  // A server that goes on in a state that nobody knows is worse than one that is started again.
  test.each([
    ["thrown", "throw new Error('boom')"],
    ["rejected", "Promise.reject(new Error('boom'))"],
    ["no error at all", "Promise.reject(undefined)"],
  ])("ends the server with one line (%s)", async (_name, statement) => {
    const node = await start({
      nodeArgs: onListen(statement),
      unready: true,
      env: { LOG_LEVEL: "error" },
    });
    expect(await node.exited).toEqual({ code: 70, signal: null });
    expect(node.logs.map((line) => JSON.parse(line))).toEqual([expect.objectContaining({ level: "fatal" })]);
  });
});

describe("signals", () => {
  test.each(["SIGTERM", "SIGINT"] as const)("%s ends the server with exit code 0", async (name) => {
    const node = await start();
    node.signal(name);
    expect(await node.exited).toEqual({ code: 0, signal: null });
  });
});

// Every connection is a descriptor, and a flood of them must not take down those who chat.
test("a server without free descriptors goes on, and serves again when there are some", async () => {
  const few = ["sh", "-c", 'ulimit -n 60; exec "$@"', "sh"];
  const node = await start({ wrapper: few });
  const flood = Array.from({ length: 100 }, () => connect(node.port, "127.0.0.1").on("error", () => {}));
  await expect.poll(() => flood.filter((socket) => socket.closed).length, { timeout: 10_000 }).toBeGreaterThan(0);
  for (const socket of flood) socket.destroy();
  await node.waitUntilReady();
  expect(await node.term()).toEqual({ code: 0, signal: null });
});
