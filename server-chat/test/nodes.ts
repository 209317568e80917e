import { randomInt } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatNewKeys } from "../image/secrets.ts";
import type { EnvironmentVariables } from "../src/contract.ts";
import { type ServerProcess, startServerProcess } from "./server-process.ts";

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
  /** Words before the command, such as `taskset -c 0`; they must replace themselves by the command (exec). */
  readonly wrapper?: readonly string[];
  /** Moves the node's clock by this, such as `+1h` (faketime's syntax); `moveClock` moves it again. */
  readonly clock?: string;
  /** Returns at once instead of waiting until the node is ready. */
  readonly unready?: boolean;
}

export interface ChatNode extends ServerProcess {
  /** Moves the node's wall clock, not its timers. Only for a node that was started with `clock`. */
  moveClock(offset: string): void;
}

/** Starts a node with nothing in its environment but the contract's variables; its temporary files go when it ends. */
export async function startNode(options: NodeOptions = {}): Promise<ChatNode> {
  const { wrapper = [], nodeArgs = [], program = source, clock } = options;
  const folder = mkdtempSync(join(tmpdir(), "chat-node-"));
  const [port = 0, adminPort = 0] = await freePorts(2);
  const env = { ...environment(options, folder, port, adminPort), ...options.env };
  const clockFile = join(folder, "clock");
  if (clock !== undefined) writeFileSync(clockFile, clock);
  const [first = process.execPath, ...rest] = [...wrapper, process.execPath, ...nodeArgs, program];
  const server = startServerProcess({
    words: [first, ...rest],
    env: clock === undefined ? env : { ...env, ...fakeClock(clockFile) },
    port: Number(env.PORT),
    adminPort: Number(env.ADMIN_PORT),
    cleanUp: () => rmSync(folder, { recursive: true, force: true }),
  });
  if (options.unready !== true) {
    await server.waitUntilReady().catch(async (error: unknown) => {
      await server.kill();
      throw error;
    });
  }
  return { ...server, moveClock: (offset) => writeFileSync(clockFile, offset) };
}

function environment({ redis }: NodeOptions, folder: string, port: number, adminPort: number): EnvironmentVariables {
  const write = (name: string, content: string) => {
    const path = join(folder, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  };
  return {
    PORT: String(port),
    ADMIN_PORT: String(adminPort),
    ALLOWED_ORIGINS: `http://127.0.0.1:${port},http://localhost:${port}`,
    REPLICA: `node-${port}`,
    SIGNING_KEYS_FILE: write("keys.json", sharedKeys),
    ...(redis === undefined
      ? { REDIS_MODE: "memory" }
      : { REDIS_MODE: "single", REDIS_URL: redis.url, REDIS_PASSWORD_FILE: write("password", redis.password) }),
  };
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

/**
 * Below the ports that the kernel gives to outgoing connections and to whoever asks for any one (from 32768 on Linux): what
 * is free here stays free until its program has started.
 */
const portRange = [10_000, 32_000] as const;

/** Ports that nobody listens on now. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = randomInt(...portRange);
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port);
  try {
    await once(server, "listening");
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
