import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { formatNewKeys } from "../image/secrets.ts";
import { type EnvironmentVariables, paths } from "../src/contract.ts";
import { guardedSignals } from "./own-process.ts";

const source = join(import.meta.dirname, "..", "src", "main.ts");

/** One set of signing keys for all nodes of a test: each accepts the tokens that another one gave out. */
const sharedKeys = formatNewKeys();

/** Debian's package `faketime`. */
const fakeClockLibrary = ["x86_64", "aarch64"]
  .map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketime.so.1`)
  .find((path) => existsSync(path));

export interface NodeOptions {
  /** Without it the node keeps everything in memory. */
  readonly redis?: { readonly url: string; readonly password: string };
  /** More variables of the contract; they win over what is set here. */
  readonly env?: EnvironmentVariables;
  /** What Node runs: the sources, unless the path of a bundle is given. */
  readonly program?: string;
  /** Arguments for Node itself, such as `--cpu-prof`. */
  readonly nodeArgs?: readonly string[];
  /** Words before the command, such as `taskset -c 0`; each must replace itself by the command (exec). */
  readonly wrapper?: readonly string[];
  /** The clock can be moved with `moveClock`; starts moved by this, such as `+1h` (faketime's syntax). */
  readonly clock?: string;
  /** Returns at once instead of waiting until the node is ready. */
  readonly unready?: boolean;
  readonly uid?: number;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A chat server in a process of its own. */
export interface ChatNode {
  readonly pid: number;
  readonly port: number;
  readonly adminPort: number;
  /** `http://127.0.0.1:<port>`: one of the allowed origins, too. */
  readonly url: string;
  /** Lines of standard output and standard error. */
  readonly logs: readonly string[];
  readonly exited: Promise<Exit>;
  term(): Promise<Exit>;
  kill(): Promise<Exit>;
  signal(name: NodeJS.Signals): void;
  pause(): void;
  resume(): void;
  /** Moves the node's wall clock, not its timers; see `clock`. */
  moveClock(offset: string): void;
  /** The status and the body of the readiness probe. */
  readiness(): Promise<{ readonly status: number; readonly body: unknown }>;
  waitUntilReady(withinMs?: number): Promise<void>;
}

const alive = new Set<() => void>();
process.on("exit", () => {
  for (const end of alive) end();
});

/** Starts a node with nothing in its environment but the contract's variables; its temporary files go when it ends. */
export async function startNode(options: NodeOptions = {}): Promise<ChatNode> {
  const folder = mkdtempSync(join(tmpdir(), "chat-node-"));
  const [port = 0, adminPort = 0] = await freePorts(2);
  const env = { ...environment(options, folder, port, adminPort), ...options.env };
  const clockFile = join(folder, "clock");
  if (options.clock !== undefined) writeFileSync(clockFile, options.clock);
  const [command = process.execPath, ...args] = [
    ...(options.wrapper ?? []),
    process.execPath,
    ...(options.nodeArgs ?? []),
    options.program ?? source,
  ];
  const child = spawn(command, args, {
    env: { ...env, ...(options.clock === undefined ? {} : fakeClock(clockFile)) },
    stdio: ["ignore", "pipe", "pipe"],
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
  });
  const logs: string[] = [];
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on("line", (l) => logs.push(l));
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command} did not start`);
  const send = guardedSignals(child, pid);
  const end = () => {
    send("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  };
  alive.add(end);
  const exited = once(child, "close").then(([code, signal]): Exit => {
    alive.delete(end);
    rmSync(folder, { recursive: true, force: true });
    return { code, signal };
  });
  const listenPort = Number(env.PORT);
  const listenAdminPort = Number(env.ADMIN_PORT);
  const node: ChatNode = {
    pid,
    port: listenPort,
    adminPort: listenAdminPort,
    url: `http://127.0.0.1:${listenPort}`,
    logs,
    exited,
    term: () => ended("SIGTERM"),
    kill: () => ended("SIGKILL"),
    signal: send,
    pause: () => send("SIGSTOP"),
    resume: () => send("SIGCONT"),
    moveClock: (offset) => writeFileSync(clockFile, offset),
    readiness: () => readiness(listenAdminPort),
    waitUntilReady: (withinMs = 30_000) => untilReady(node, withinMs),
  };
  const ended = (name: NodeJS.Signals) => {
    send(name);
    return exited;
  };
  if (options.unready !== true) {
    await node.waitUntilReady().catch(async (error: unknown) => {
      await node.kill();
      throw error;
    });
  }
  return node;
}

function environment(options: NodeOptions, folder: string, port: number, adminPort: number): EnvironmentVariables {
  const common = {
    PORT: String(port),
    ADMIN_PORT: String(adminPort),
    ALLOWED_ORIGINS: `http://127.0.0.1:${port},http://localhost:${port}`,
    REPLICA: `node-${port}`,
    SIGNING_KEYS_FILE: join(folder, "keys.json"),
  };
  writeFileSync(common.SIGNING_KEYS_FILE, sharedKeys, { mode: 0o644 });
  if (options.redis === undefined) return { ...common, REDIS_MODE: "memory" };
  const passwordFile = join(folder, "password");
  writeFileSync(passwordFile, options.redis.password);
  return { ...common, REDIS_MODE: "single", REDIS_URL: options.redis.url, REDIS_PASSWORD_FILE: passwordFile };
}

function fakeClock(file: string): Record<string, string> {
  if (fakeClockLibrary === undefined) throw new Error("the package faketime is not installed");
  return {
    LD_PRELOAD: fakeClockLibrary,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_CACHE_DURATION: "1",
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
  };
}

/** Ports that nobody listens on now. Taken one after the other while all are held, so that no two are the same. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as { readonly port: number }).port);
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}

async function readiness(adminPort: number): Promise<{ readonly status: number; readonly body: unknown }> {
  const response = await fetch(`http://127.0.0.1:${adminPort}${paths.readyz}`, { signal: AbortSignal.timeout(5_000) });
  return { status: response.status, body: await response.json() };
}

async function untilReady(node: ChatNode, withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs;
  let exit: Exit | undefined;
  node.exited.then((result) => {
    exit = result;
  });
  for (let last: unknown = "no answer"; ; await pause(25)) {
    const answer = await node.readiness().catch((error: unknown) => ({ status: 0, body: String(error) }));
    if (answer.status === 200) return;
    if (answer.status !== 0) last = answer.body;
    if (exit !== undefined) throw new Error(`the node ended (${exit.code ?? exit.signal}):\n${node.logs.join("\n")}`);
    if (performance.now() > deadline)
      throw new Error(`not ready after ${withinMs} ms: ${JSON.stringify(last)}\n${node.logs.join("\n")}`);
  }
}
