import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { paths } from "../src/contract.ts";
import { guardedSignals } from "./own-process.ts";

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A chat server in a process of its own. */
export interface ServerProcess {
  readonly pid: number;
  readonly port: number;
  readonly adminPort: number;
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Lines of standard output and standard error. */
  readonly logs: readonly string[];
  readonly exited: Promise<Exit>;
  term(): Promise<Exit>;
  kill(): Promise<Exit>;
  signal(name: NodeJS.Signals): void;
  /** SIGSTOP, until `resume`. */
  pause(): void;
  resume(): void;
  /** The status and the body of the readiness probe. */
  readiness(): Promise<{ readonly status: number; readonly body: unknown }>;
  /** @throws Error with the server's output, after `withinMs` or when the server ends */
  waitUntilReady(withinMs?: number): Promise<void>;
}

export interface ServerCommand {
  /** The program and its arguments. It must replace itself by the server (exec), which then has its process id. */
  readonly words: readonly [string, ...string[]];
  /** All of the environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly port: number;
  readonly adminPort: number;
  /** User and group, for who runs as root. */
  readonly uid?: number;
  /** Called once the process has ended, or when the test run ends before it. */
  readonly cleanUp: () => void;
}

const alive = new Set<() => void>();
process.on("exit", () => {
  for (const end of alive) end();
});

export function startServerProcess({ words, env, port, adminPort, uid, cleanUp }: ServerCommand): ServerProcess {
  const [program, ...args] = words;
  const identity = uid === undefined ? {} : { uid, gid: uid };
  const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"], ...identity });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program} did not start`);
  const logs: string[] = [];
  for (const input of [child.stdout, child.stderr]) createInterface({ input }).on("line", (line) => logs.push(line));
  const signal = guardedSignals(child, pid);
  const end = () => {
    signal("SIGKILL");
    cleanUp();
  };
  alive.add(end);
  let exit: Exit | undefined;
  const exited = once(child, "close").then(([code, name]): Exit => {
    alive.delete(end);
    cleanUp();
    exit = { code, signal: name };
    return exit;
  });
  const ended = (name: NodeJS.Signals) => {
    signal(name);
    return exited;
  };
  const readiness = async () => {
    const url = `http://127.0.0.1:${adminPort}${paths.readyz}`;
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    return { status: response.status, body: await response.json() };
  };
  return {
    pid,
    port,
    adminPort,
    url: `http://127.0.0.1:${port}`,
    logs,
    exited,
    term: () => ended("SIGTERM"),
    kill: () => ended("SIGKILL"),
    signal,
    pause: () => signal("SIGSTOP"),
    resume: () => signal("SIGCONT"),
    readiness,
    async waitUntilReady(withinMs = 30_000) {
      const deadline = performance.now() + withinMs;
      for (let last: unknown = "no answer"; ; await pause(25)) {
        const answer = await readiness().catch(() => undefined);
        if (answer?.status === 200) return;
        last = answer?.body ?? last;
        const output = `\n${logs.join("\n")}`;
        if (exit !== undefined) throw new Error(`the server ended (${exit.code ?? exit.signal}):${output}`);
        if (performance.now() > deadline)
          throw new Error(`not ready after ${withinMs} ms: ${JSON.stringify(last)}${output}`);
      }
    },
  };
}
