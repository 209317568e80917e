import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

export interface GroupOptions {
  readonly cwd: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Ends the program and everything that it started. */
  readonly signal: AbortSignal;
}

/** How long an interrupted group may clean up before it is killed. */
const patienceMs = 15_000;

/**
 * Runs a program on our own streams as a process group of its own, and resolves to its exit code when nothing of the
 * group is left: a program that the suite had started cannot outlive an interruption and act on what is cleaned up next.
 */
export async function runGroup(program: string, args: readonly string[], options: GroupOptions): Promise<number> {
  const { cwd, variables, signal } = options;
  signal.throwIfAborted();
  const child = spawn(program, args, { cwd, env: variables, stdio: "inherit", detached: true });
  const exited = new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => resolve(code ?? 1));
  });
  const { pid } = child;
  const terminate = () => signalGroup(pid, "SIGTERM");
  signal.addEventListener("abort", terminate, { once: true });
  try {
    return await exited;
  } finally {
    signal.removeEventListener("abort", terminate);
    await endGroup(pid);
  }
}

async function endGroup(pid: number | undefined): Promise<void> {
  const endMs = performance.now() + patienceMs;
  while (signalGroup(pid, "SIGTERM") && performance.now() < endMs) await sleep(100);
  signalGroup(pid, "SIGKILL");
}

/** Whether the group still had a process. */
function signalGroup(pid: number | undefined, name: "SIGTERM" | "SIGKILL"): boolean {
  try {
    return pid !== undefined && process.kill(-pid, name);
  } catch {
    return false;
  }
}
