import { UserError } from "../config/user-error.ts";
import type { Commit } from "../reports/changelog.ts";
import { type ProgramOptions, runProgram } from "./run-program.ts";

/**
 * The commits of the checkout without merges, the newest first; with `since` those that this ref does not have. Throws a
 * UserError if git does not know the ref, or does not have the whole history.
 */
export async function readCommits(since: string | undefined, options: ProgramOptions): Promise<readonly Commit[]> {
  const git = async (...args: readonly string[]) => {
    const variables = { ...options.variables, TZ: "UTC" };
    const { exitCode, output } = await runProgram("git", args, { ...options, variables });
    if (exitCode === 0) return output.trimEnd();
    throw new UserError(`git ${args[0]} failed: ${output.trim()}`, {
      remedy: "Run it in a clone that has the history, and name a commit, branch or tag of it.",
    });
  };
  if ((await git("rev-parse", "--is-shallow-repository")) === "true") {
    throw new UserError("This is a shallow clone: it does not have the whole history.", {
      remedy: "Fetch it: `git fetch --unshallow`, or `fetch-depth: 0` in the workflow.",
    });
  }
  const range = since === undefined ? "HEAD" : `${since}..HEAD`;
  const format = ["--no-merges", "--format=%H %cd %s", "--date=format-local:%Y-%m-%d"];
  const text = await git("log", ...format, "--end-of-options", range, "--");
  return [...text.matchAll(/^([0-9a-f]{40,}) (\S+) (.*)$/gm)].map(([, id = "", date = "", subject = ""]) => ({
    id,
    date,
    subject,
  }));
}
