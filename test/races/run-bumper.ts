import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { gitVariables } from "../git-remote.ts";
import { releaseOf } from "./release-of.ts";
import type { Bumper, Hook } from "./schedule.ts";
import type { Remote } from "./stage.ts";

/** One process that bumped. */
export interface Attempt {
  readonly runNumber: number;
  /** Null if it was killed. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a bump says that lost all its races. */
export const overtaken = "Another push was first 5 times.";

/** Failures that a bump must tell loudly, and after which a person runs it again. */
const loudFailures: Readonly<Partial<Record<Hook["kind"] | "always", string>>> = {
  always: overtaken,
  declines: "the branch is frozen for a moment",
  forgets: "and does not have it.",
};

/** Whether the one who started it would run it again: it was killed, or failed as it had to. */
export function isRunAgain({ exitCode, stderr }: Attempt, hook: Hook): boolean {
  if (exitCode === null) return true;
  const known = [loudFailures.always, loudFailures[hook.kind]].some(
    (text) => text !== undefined && stderr.includes(text),
  );
  return exitCode === 3 && known;
}

/** Of one event: it is killed once, and every push may fail loudly once for each that the hook spoils. */
const maxAttempts = 8;

/** Runs a bump in a clone of its own until it ends well or in a way that nothing explains; `signal` ends it at once. */
export async function runBumper(
  bumper: Bumper,
  number: number,
  remote: Remote,
  hook: Hook,
  signal: AbortSignal,
): Promise<readonly Attempt[]> {
  const { runNumber, startMs, kill } = bumper;
  const name = `clone-${number}`;
  let path = remote.clone(name);
  await wait(startMs);
  const attempts = [await start(path, bumper, number, signal)];
  for (
    let last = attempts[0];
    last && isRunAgain(last, hook) && attempts.length < maxAttempts;
    last = attempts.at(-1)
  ) {
    if (kill !== undefined && "afterMs" in kill && attempts.length === 1) path = remote.clone(name);
    attempts.push(await start(path, { runNumber, startMs, pausesMs: [] }, number, signal));
  }
  return attempts;
}

function start(
  path: string,
  { runNumber, pausesMs, kill }: Bumper,
  number: number,
  signal: AbortSignal,
): Promise<Attempt> {
  signal.throwIfAborted();
  const killBeforeStep = kill !== undefined && "beforeStep" in kill ? kill.beforeStep : undefined;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(path, "test/races/bumper.ts")], {
      cwd: path,
      env: {
        ...gitVariables,
        GITHUB_SERVER_URL: "https://github.com",
        GITHUB_REPOSITORY: "owner/name",
        GITHUB_RUN_ID: String(1_000 + number),
        BUMP_PAYLOAD: JSON.stringify(releaseOf(runNumber)),
        RACE: JSON.stringify({ pausesMs, killBeforeStep }),
      },
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own, so that a kill takes what it started with it.
      detached: true,
    });
    const texts = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const)
      child[stream].on("data", (chunk: Buffer) => {
        texts[stream] += chunk.toString();
      });
    const { pid } = child;
    const timer =
      kill !== undefined && "afterMs" in kill && pid !== undefined
        ? setTimeout(() => killGroup(pid), kill.afterMs)
        : undefined;
    // What is in a group of its own hears nothing of a Ctrl-C.
    const end = () => pid !== undefined && killGroup(pid);
    signal.addEventListener("abort", end, { once: true });
    child.on("error", reject);
    child.on("close", (exitCode) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve({ runNumber, exitCode, ...texts });
    });
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It had ended by itself.
  }
}
