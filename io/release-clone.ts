import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clone } from "../bump/clone.ts";
import { isRace } from "../bump/push-answer.ts";
import { UserError } from "../config/user-error.ts";
import type { CheckedOutCode } from "./checked-out-code.ts";
import { type Git, readObjects } from "./git.ts";

export interface ReleaseCloneOptions {
  readonly root: string;
  readonly git: Git;
  readonly code: CheckedOutCode;
  readonly branch: string;
  readonly recordPath: string;
  /** Folders that are rendered. */
  readonly rendered: readonly string[];
}

/** The checkout at `root` and its remote `origin`. It works on a detached HEAD, so that no local branch moves. */
export function createReleaseClone(options: ReleaseCloneOptions): Clone {
  const { root, git, code, branch, recordPath, rendered } = options;
  const remoteBranch = `refs/heads/${branch}`;
  /** What a bump writes, and so may find changed when the one before was killed. */
  const ours = [recordPath, ...rendered];

  const readText = async (args: readonly string[]) => (await git.run(args)).toString().trim();

  const fetch = async () => {
    await git.run(["fetch", "--quiet", "--no-tags", "origin", remoteBranch]);
    return readText(["rev-parse", "FETCH_HEAD"]);
  };

  return {
    async fetch() {
      if ((await readText(["rev-parse", "--is-shallow-repository"])) === "true") {
        throw new UserError("This is a shallow clone: it does not know which releases were recorded before.", {
          remedy: "Fetch the whole history: `git fetch --unshallow`, or `fetch-depth: 0` in the workflow.",
        });
      }
      const commit = await fetch();
      const changes = await readText(["rev-list", "--full-history", commit, "--", recordPath]);
      const readRecords = (commits: readonly string[]) =>
        readObjects(
          git,
          commits.map((one) => `${one}:${recordPath}`),
        );
      const [record] = await readRecords([commit]);
      return { commit, record, earlier: await readRecords(changes.split("\n")) };
    },

    async reset(commit) {
      const others = ours.map((path) => `:(exclude)${path}`);
      const changed = await readText(["status", "--porcelain", "--", ".", ...others]);
      if (changed !== "") {
        throw new UserError(`This checkout has changes that a bump would drop:\n${changed}`, {
          remedy: "Commit or stash them, or run it in a clone of its own. Nothing was changed.",
        });
      }
      await git.run(["checkout", "--quiet", "--force", "--detach", commit]);
    },

    writeRecord: (text) => writeFile(join(root, recordPath), text),
    synth: code.synth,
    check: code.check,

    async commit(message) {
      await git.run(["add", "--all", "--", ...ours]);
      await git.run(["commit", "--quiet", "--file=-"], message);
      return readText(["rev-parse", "HEAD"]);
    },

    async push(commit) {
      const { exitCode, stdout, stderr } = await git.ask([
        "push",
        "--porcelain",
        "origin",
        `${commit}:${remoteBranch}`,
      ]);
      if (exitCode === 0) return "pushed";
      const answer = `${stdout}${stderr}`;
      if (isRace(answer)) return "raced";
      throw new UserError(`The push was refused:\n${answer.trim()}`, {
        remedy: "Nothing is half-done: see what the remote says, mend it, and run this again.",
        exitCode: 3,
      });
    },

    async remoteHas(commit) {
      const { exitCode, stderr } = await git.ask(["merge-base", "--is-ancestor", commit, await fetch()]);
      if (exitCode > 1)
        throw new UserError(`git merge-base failed: ${stderr}`, { remedy: "Run it again.", exitCode: 3 });
      return exitCode === 0;
    },
  };
}
