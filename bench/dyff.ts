import { join } from "node:path";
import { exitCode, UserError } from "../config/user-error.ts";
import { runProgram } from "../io/run-program.ts";
import type { BenchContext } from "./bench-context.ts";

/** Git calls a program for a file that differs with seven words, of which the second and the fifth are the two sides. */
const byGit = (options: string) => `dyff_between() { dyff between ${options} "$2" "$5"; }; dyff_between`;

/** What GIT_EXTERNAL_DIFF holds, as the README of dyff says to use it with git. */
export const dyffForGit = byGit("--omit-header");

/** The same with the option that takes lists for sets. */
export const dyffWithoutOrder = byGit("--omit-header --ignore-order-changes");

/**
 * Builds dyff in the version of bench/dyff/go.mod, whose go.sum has the hash of everything it is made of, and returns the
 * folder that it is in. Throws a UserError with exit code 3 when there is no Go, or the modules cannot be read.
 */
export async function prepareDyff({ root, folder, variables, signal, progress }: BenchContext): Promise<string> {
  progress("building dyff");
  const bin = join(folder, "bin");
  const module = join(root, "bench", "dyff");
  const args = ["build", "-mod=readonly", "-o", join(bin, "dyff"), "github.com/homeport/dyff/cmd/dyff"];
  const remedy =
    "Install Go 1.25 or newer. The first run needs the Go module proxy; the other parts do without it: --only.";
  const { exitCode: code, output } = await runProgram("go", args, { cwd: module, variables, signal }).catch((error) => {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`dyff cannot be built: ${error.message}`, { remedy, exitCode: exitCode.outsideWorld });
  });
  if (code === 0) return bin;
  throw new UserError(`dyff cannot be built (go build in bench/dyff):\n${output.trimEnd()}`, {
    remedy,
    exitCode: exitCode.outsideWorld,
  });
}
