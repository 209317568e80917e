import { execFile, execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import type { RedisSettings } from "../src/config.ts";
import { redisSettings } from "../src/contract.ts";
import { freePorts } from "./nodes.ts";
import { type OwnProcess, startProcess } from "./own-process.ts";

const run = promisify(execFile);
const withinMs = 30_000;

/** Why tests that need a Redis cannot run here, or undefined. */
export const missingRedis: string | undefined = (() => {
  try {
    execFileSync("redis-server", ["--version"]);
    execFileSync("redis-cli", ["--version"]);
    return undefined;
  } catch {
    return "redis-server is not installed, its tests are skipped (Debian: apt-get install redis-server)";
  }
})();

export interface RedisOptions {
  /** More arguments, such as `["--maxmemory", "8mb"]`; they win over what is set here. */
  readonly args?: readonly string[];
  /** For the server's process, such as LD_PRELOAD. */
  readonly env?: Readonly<Record<string, string>>;
  readonly port?: number;
  readonly password?: string;
  /** More lines of redis.conf. */
  readonly lines?: readonly string[];
}

/** A private redis-server: its own port on loopback, its own folder, a password, and the settings of the contract. */
export interface Redis {
  readonly port: number;
  /** `127.0.0.1:<port>` */
  readonly address: string;
  /** Without the password. */
  readonly url: string;
  readonly password: string;
  /** Holds the append-only file and the log. */
  readonly folder: string;
  readonly settings: RedisSettings;
  readonly pid: number;
  /** What `redis-cli` prints for a command. */
  cli(...command: readonly string[]): Promise<string>;
  /** SIGKILL; the folder stays for `start`. */
  kill(): Promise<void>;
  /** Starts it again on the same folder and port; resolves when it has loaded its data. */
  start(): Promise<void>;
  /** SIGSTOP, until `resume`. */
  pause(): void;
  resume(): void;
  log(): string;
  /** Ends it and deletes its folder. */
  stop(): Promise<void>;
}

export const newPassword = (): string => randomBytes(12).toString("hex");

const folders = new Set<string>();
process.on("exit", () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export async function startRedis(options: RedisOptions = {}): Promise<Redis> {
  const [free = 0] = options.port === undefined ? await freePorts(1) : [];
  const redis = defineRedis({ port: free, password: newPassword(), ...options });
  try {
    await redis.start();
    return redis;
  } catch (error) {
    await redis.stop();
    throw error;
  }
}

function defineRedis(options: RedisOptions & { readonly port: number; readonly password: string }): Redis {
  const { port, password, args = [], env = {}, lines = [] } = options;
  const folder = mkdtempSync(join(tmpdir(), "chat-redis-"));
  folders.add(folder);
  const logFile = join(folder, "redis.log");
  const configuration = join(folder, "redis.conf");
  writeFileSync(configuration, configure(port, folder, password, lines), { mode: 0o600 });
  let server: OwnProcess | undefined;
  const log = () => readFileSync(logFile, "utf8");
  const cli = async (...command: readonly string[]) => {
    // Not as an argument, which every user of the machine can read.
    const options = { env: { PATH: process.env.PATH, REDISCLI_AUTH: password }, timeout: 20_000 };
    const { stdout } = await run("redis-cli", ["-p", String(port), ...command], options);
    return stdout.trimEnd();
  };
  return {
    port,
    address: `127.0.0.1:${port}`,
    url: `redis://127.0.0.1:${port}`,
    password,
    folder,
    settings: { mode: "single", url: `redis://127.0.0.1:${port}`, password },
    get pid() {
      return server?.pid ?? 0;
    },
    cli,
    async kill() {
      await server?.kill();
    },
    async start() {
      server = startProcess("redis-server", [configuration, ...args], { outputFile: logFile, env });
      let ended = false;
      server.ended.then(() => {
        ended = true;
      });
      await until("redis-server answers", async () => ended || (await cli("ping")) === "PONG", log);
      if (ended) throw new Error(`redis-server did not start:\n${log()}`);
    },
    pause: () => server?.signal("SIGSTOP"),
    resume: () => server?.signal("SIGCONT"),
    log,
    async stop() {
      await server?.kill();
      rmSync(folder, { recursive: true, force: true });
      folders.delete(folder);
    },
  };
}

const configure = (port: number, folder: string, password: string, more: readonly string[]): string =>
  [
    `port ${port}`,
    `dir ${folder}`,
    "bind 127.0.0.1",
    'save ""',
    `requirepass ${password}`,
    `masterauth ${password}`,
    ...Object.entries(redisSettings).map(([name, value]) => `${name} ${value}`),
    ...more,
    "",
  ].join("\n");

/** Asks until the answer is yes; after 30 s it throws with `diagnose`'s text. */
export async function until(what: string, probe: () => Promise<boolean>, diagnose: () => string): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await probe().catch(() => false))) {
    if (performance.now() > deadline) throw new Error(`Not within ${withinMs / 1000} s: ${what}.\n${diagnose()}`);
    await pause(50);
  }
}
