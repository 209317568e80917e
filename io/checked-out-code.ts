import { readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../config/user-error.ts";
import { type ProgramOptions, runProgram } from "./run-program.ts";

/** The code of a checkout that may change under the program that runs, so it is run as a process of its own. */
export interface CheckedOutCode {
  /** Throws a UserError (exit 1) on findings. */
  readonly synth: () => Promise<void>;
  /** Throws a UserError (exit 1) on findings. */
  readonly check: () => Promise<void>;
}

/** The code in `root`, whose packages are now those of its lock file. */
export function createCheckedOutCode(root: string, options: Omit<ProgramOptions, "cwd">): CheckedOutCode {
  const readLock = () => readFileSync(join(root, "package-lock.json"), "utf8");
  let installed = readLock();

  const run = async (name: string, program: string, args: readonly string[]) => {
    const { exitCode, output } = await runProgram(program, args, { ...options, cwd: root });
    if (exitCode === 0) return;
    throw new UserError(`\`${name}\` failed with the new release:\n${output.trim()}`, {
      remedy: "The branch itself may be at fault: run `npm run check` on it. Nothing was pushed.",
      exitCode: exitCode === 3 ? 3 : 1,
    });
  };
  const runCommand = (name: string) => run(`npm run ${name}`, process.execPath, [join("cli", "start.js"), name]);

  return {
    async synth() {
      const locked = readLock();
      if (locked !== installed) {
        await run("npm ci", "npm", ["ci", "--ignore-scripts"]);
        installed = locked;
      }
      await runCommand("synth");
    },
    check: () => runCommand("check"),
  };
}
