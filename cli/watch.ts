import { join } from "node:path";
import { type ExitCode, exitCode } from "../config/user-error.ts";
import { runProgram } from "../io/run-program.ts";
import { changes } from "../io/watch-folders.ts";
import type { CommandContext } from "./command.ts";

/** What a synthesis reads. dist/ is not among them, or it would answer to its own writing. */
const sources = ["charts", "checks", "config", "constructs", "imports", "render", "server-chat/src"];

/**
 * Synthesises now and after every change until it is interrupted. Each run is a process of its own: a module that was
 * loaded once cannot be loaded again with its new text.
 */
export async function watchAndSynth({ root, variables, signal, stderr }: CommandContext): Promise<ExitCode> {
  try {
    for await (const _ of changes(root, sources, signal)) {
      await runProgram(process.execPath, [join(root, "cli", "start.js"), "synth"], {
        cwd: root,
        variables,
        signal,
        inherit: true,
      });
      stderr("waiting for changes; Ctrl-C ends\n");
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return exitCode.interrupted;
}
