import { spawn } from "node:child_process";
import { UserError } from "../config/user-error.ts";

export interface ProgramResult {
  readonly exitCode: number;
  /** What it printed, both streams in the order they came; empty when it wrote to our own. */
  readonly output: string;
}

export interface ProgramOptions {
  readonly cwd: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Ends the program when it is aborted. */
  readonly signal: AbortSignal;
  /** Let it write to our own streams instead of collecting what it prints. */
  readonly inherit?: boolean;
}

/** Runs a program to its end. Throws a UserError with exit code 3 if it cannot be started. */
export function runProgram(program: string, args: readonly string[], options: ProgramOptions): Promise<ProgramResult> {
  const { cwd, variables, signal, inherit } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: variables,
      signal,
      stdio: inherit === true ? "inherit" : ["ignore", "pipe", "pipe"],
    });
    const chunks: Buffer[] = [];
    child.stdout?.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr?.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.on("error", (error) => {
      // An aborted program is still ending; the promise ends with it.
      if (signal.aborted) return;
      const message = `${program} cannot be started: ${error.message}.`;
      reject(new UserError(message, { remedy: "Run `npm ci` first.", exitCode: 3 }));
    });
    child.on("close", (code) => {
      if (signal.aborted) reject(signal.reason);
      else resolve({ exitCode: code ?? 1, output: Buffer.concat(chunks).toString() });
    });
  });
}
