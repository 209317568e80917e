import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { renderedFolders } from "../cli/rendered-folders.ts";
import { type BenchContext, type TimedRun, timeRun } from "./bench-context.ts";
import { copyCheckout } from "./checkout-copy.ts";
import { prepareDyff } from "./dyff.ts";

/** A repository with the code of this checkout, whose rendered files are put in, and where programs say what differs. */
export interface DiffCheckout {
  readonly path: string;
  /** Puts files into the checkout: each path with its text, or undefined where there is none. */
  readonly write: (texts: ReadonlyMap<string, string | undefined>) => void;
  /** Commits the rendered folders as they are, and resolves to the commit. */
  readonly commit: () => Promise<string>;
  /** Takes the branch and the rendered files back to a commit. */
  readonly goTo: (commit: string) => Promise<void>;
  /** Runs a program in it. */
  readonly run: (program: string, args: readonly string[], variables?: BenchContext["variables"]) => Promise<TimedRun>;
}

/** Makes one with dyff within reach, and with nothing of how the person has configured git. */
export async function createDiffCheckout(context: BenchContext): Promise<DiffCheckout> {
  const bin = await prepareDyff(context);
  const path = join(context.folder, "diff");
  copyCheckout(context.root, path);
  for (const folder of renderedFolders) rmSync(join(path, folder), { recursive: true });
  const variables = {
    ...context.variables,
    PATH: `${bin}${delimiter}${context.variables.PATH ?? ""}`,
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_SYSTEM: "/dev/null",
    GIT_AUTHOR_NAME: "bench",
    GIT_AUTHOR_EMAIL: "bench@example.org",
    GIT_COMMITTER_NAME: "bench",
    GIT_COMMITTER_EMAIL: "bench@example.org",
  };
  const run: DiffCheckout["run"] = (program, args, more) =>
    timeRun({ ...context, variables: { ...variables, ...more } }, path, program, ...args);
  const git = (...args: readonly string[]) => run("git", args);
  await git("init", "--quiet", "--initial-branch=main");

  return {
    path,
    write(texts) {
      for (const [file, text] of texts) {
        const target = join(path, file);
        if (text === undefined) rmSync(target, { force: true });
        else {
          mkdirSync(dirname(target), { recursive: true });
          writeFileSync(target, text);
        }
      }
    },
    async commit() {
      await git("add", "--all", "--", ...renderedFolders);
      await git("commit", "--quiet", "--allow-empty", "--message=bench: a state");
      return (await git("rev-parse", "HEAD")).output.trim();
    },
    async goTo(commit) {
      await git("reset", "--quiet", "--hard", commit);
    },
    run,
  };
}
