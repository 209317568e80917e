import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";

/** A process that a test started. */
export interface OwnProcess {
  readonly pid: number;
  /** Resolves when it has ended, whoever ended it. */
  readonly ended: Promise<void>;
  /** To this very process; nothing happens when it is gone, even if another one has its id now. */
  signal(name: NodeJS.Signals): void;
  kill(): Promise<void>;
}

const alive = new Set<OwnProcess>();
// A run that is interrupted leaves nothing behind.
process.on("exit", () => {
  for (const one of alive) one.signal("SIGKILL");
});

/** Starts a process; what it prints goes to the end of a file. */
export function startProcess(
  command: string,
  args: readonly string[],
  { outputFile, env = {} }: { readonly outputFile: string; readonly env?: Readonly<Record<string, string>> },
): OwnProcess {
  const output = openSync(outputFile, "a");
  const child = spawn(command, args, { env: { PATH: process.env.PATH, ...env }, stdio: ["ignore", output, output] });
  closeSync(output);
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${command} did not start`);
  const own: OwnProcess = {
    pid,
    ended: once(child, "exit").then(() => {
      alive.delete(own);
    }),
    signal: guardedSignals(child, pid),
    kill() {
      own.signal("SIGKILL");
      return own.ended;
    },
  };
  alive.add(own);
  return own;
}

/** Sends signals to the child itself, never to another process that got its id after it ended. */
export function guardedSignals(child: ChildProcess, pid: number): (name: NodeJS.Signals) => void {
  const started = startTime(pid);
  return (name) => {
    if (child.exitCode === null && child.signalCode === null && startTime(pid) === started) process.kill(pid, name);
  };
}

/** When the kernel started a process, in clock ticks since its own start (proc(5), field 22); undefined when it is gone. */
function startTime(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ")[19];
  } catch {
    return undefined;
  }
}
