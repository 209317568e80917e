import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { imagePaths } from "../image/steps.ts";
import { type EnvironmentVariables, user } from "../src/contract.ts";
import { freePorts } from "./nodes.ts";
import { roundTrip } from "./round-trip.ts";
import { type ServerProcess, startServerProcess } from "./server-process.ts";

const checkout = join(import.meta.dirname, "..", "..");
const isRoot = process.getuid?.() === 0;
const why = isRoot ? "" : " (skipped: only root can change its root folder)";

// What the Dockerfile's last stage copies, made from what the engine would be sent, and run as one would run it.
describe.skipIf(!isRoot)(`the image's root${why}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "chat-image-"));
  const root = join(folder, "root");
  const entries = () => readdirSync(root, { recursive: true, withFileTypes: true });
  let server: ServerProcess | undefined;

  beforeAll(() => {
    const context = join(folder, "context");
    copyContext(context);
    // In the place of `npm ci`.
    symlinkSync(join(checkout, "node_modules"), join(context, "node_modules"));
    execFileSync(process.execPath, [join(context, "server-chat", "image", "steps.ts"), root]);
    for (const entry of entries()) chmodSync(join(entry.parentPath, entry.name), 0o555);
    chmodSync(root, 0o555);
    chmodSync(folder, 0o755);
  });
  afterAll(async () => {
    await server?.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (port: number, adminPort: number, env: EnvironmentVariables, words: readonly string[] = []) =>
    startServerProcess({
      words: [
        "/usr/sbin/chroot",
        `--userspec=${user.uid}:${user.gid}`,
        root,
        imagePaths.node,
        imagePaths.server,
        ...words,
      ],
      env,
      port,
      adminPort,
      cleanUp: () => {},
    });

  test("holds Node, its libraries, the server and its page, and nothing else", () => {
    const files = entries()
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length));
    expect(files).toEqual(expect.arrayContaining([imagePaths.node, imagePaths.server, "/app/page/index.html"]));
    const others = files.filter((path) => !/^\/(app\/|usr\/local\/bin\/node$)|\.so(\.\d+)*$/.test(path));
    expect(others).toEqual([]);
  });

  test("serves the chat as an unprivileged user that cannot write, and its own probe sees it", async () => {
    const [port = 0, adminPort = 0] = await freePorts(2);
    const origin = `http://127.0.0.1:${port}`;
    const before = entries().length;
    const env = { PORT: String(port), ADMIN_PORT: String(adminPort), REDIS_MODE: "memory", ALLOWED_ORIGINS: origin };
    const probe = () => run(port, adminPort, { ADMIN_PORT: String(adminPort) }, ["healthcheck"]).exited;
    server = run(port, adminPort, env);
    await server.waitUntilReady();
    await roundTrip(server.url);
    expect((await fetch(`${server.url}/`)).headers.get("content-type")).toContain("text/html");
    expect(await probe()).toEqual({ code: 0, signal: null });
    expect(await server.term()).toEqual({ code: 0, signal: null });
    expect(await probe()).toEqual({ code: 1, signal: null });
    expect(entries()).toHaveLength(before);
    expect(statSync(root).mode & 0o222).toBe(0);
  });
});

/** What a container engine is sent: the lines of the ignore file that begin with `!`, without those that come after. */
function copyContext(target: string): void {
  const lines = readFileSync(join(checkout, "server-chat", "Dockerfile.dockerignore"), "utf8").split("\n");
  const allowed = lines.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
  for (const path of allowed) {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    cpSync(join(checkout, path), join(target, path), {
      recursive: true,
      filter: (file) => !file.endsWith(".test.ts") && !file.endsWith("/node_modules"),
    });
  }
}
