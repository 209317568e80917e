import { exitCode, UserError } from "../config/user-error.ts";
import { runProgram } from "../io/run-program.ts";

export interface BenchContext {
  /** The checkout. Nothing in it is written to but bench/stock/node_modules. */
  readonly root: string;
  /** A folder of this run alone, removed at its end. */
  readonly folder: string;
  /** The copy of the checkout that is measured: an edit in the middle of a run changes nothing. */
  readonly copy: string;
  readonly signal: AbortSignal;
  /** Environment variables of everything that is measured. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Tells a person at a terminal what is going on. */
  readonly progress: (text: string) => void;
}

export interface TimedRun {
  /** From starting the process to its end. */
  readonly durationMs: number;
  readonly output: string;
}

/** Runs a program once. Throws a UserError with what it printed if it fails: a failed run has no meaning as a figure. */
export async function timeRun(
  { variables, signal }: BenchContext,
  cwd: string,
  program: string,
  ...args: readonly string[]
): Promise<TimedRun> {
  const startMs = performance.now();
  const { exitCode: code, output } = await runProgram(program, args, { cwd, variables, signal });
  const durationMs = performance.now() - startMs;
  if (code !== 0) {
    throw new UserError(`\`${[program, ...args].join(" ")}\` ended with exit code ${code}:\n${output.trimEnd()}`, {
      remedy: "Nothing can be compared until it works in this checkout.",
      exitCode: exitCode.findings,
    });
  }
  return { durationMs, output };
}
