import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** Nobody's settings: neither identity, hooks nor line endings of the person who runs the suite. */
const gitVariables = {
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_AUTHOR_NAME: "e2e",
  GIT_AUTHOR_EMAIL: "e2e@localhost",
  GIT_COMMITTER_NAME: "e2e",
  GIT_COMMITTER_EMAIL: "e2e@localhost",
  GIT_TERMINAL_PROMPT: "0",
};

async function git(folder: string, ...args: string[]): Promise<string> {
  const variables = { PATH: process.env.PATH, HOME: folder, ...gitVariables };
  return (
    await execute("git", ["-C", folder, "-c", "safe.directory=*", ...args], { env: variables, maxBuffer: 1 << 26 })
  ).stdout.trim();
}

/** A commit that was pushed, and the files that it touched. */
export interface PushedCommit {
  readonly revision: string;
  readonly files: readonly string[];
}

export type CheckoutCopy = ReturnType<typeof openCheckoutCopy>;

/**
 * Copies the checkout into a repository of its own with one commit, pushes it, and says which files differ from what
 * is committed in the checkout: without any, the pushed tree is the committed one, byte for byte.
 */
export async function copyCheckout(
  root: string,
  folder: string,
  url: string,
  branch: string,
): Promise<readonly string[]> {
  const listed = (...args: string[]) =>
    git(root, ...args).then((text) => text.split("\0").filter((path) => path !== ""));
  const files = await listed("ls-files", "-z", "--cached", "--others", "--exclude-standard");
  const changed = await listed("status", "--porcelain", "-z", "--untracked-files=all");
  mkdirSync(folder);
  for (const path of files.filter((one) => existsSync(join(root, one)))) {
    cpSync(join(root, path), join(folder, path), { verbatimSymlinks: true });
  }
  // The packages serve the copy too: a synthesis in it runs this checkout's versions.
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  await git(folder, "init", "-q", "-b", branch);
  writeFileSync(join(folder, ".git", "info", "exclude"), "/node_modules\n");
  await git(folder, "remote", "add", "origin", url);
  await git(folder, "add", "-A");
  await git(folder, "commit", "-qm", "everything");
  await git(folder, "push", "-q", "--set-upstream", "origin", branch);
  return changed;
}

/** The copy that `copyCheckout` made: a person's clone, in which the tests edit, synthesise, commit and push. */
export function openCheckoutCopy(folder: string) {
  /** The newest commit. */
  async function last(): Promise<PushedCommit> {
    const files = (await git(folder, "diff", "--name-only", "HEAD~1", "HEAD")).split("\n");
    return { revision: await git(folder, "rev-parse", "HEAD"), files };
  }

  async function push(): Promise<PushedCommit> {
    await git(folder, "push", "-q", "origin", "HEAD");
    return last();
  }

  /** Takes what others have pushed, and drops what was not. */
  async function update(): Promise<void> {
    await git(folder, "fetch", "-q", "origin");
    await git(folder, "reset", "-q", "--hard", "@{upstream}");
  }

  return {
    read: (path: string) => readFileSync(join(folder, path), "utf8"),

    write(path: string, text: string): void {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    },

    remove: (path: string) => rmSync(join(folder, path), { recursive: true }),

    /** `npm run synth`, without npm. Throws with what it printed when it refuses. */
    async synth(): Promise<void> {
      await execute(process.execPath, ["main.ts", "synth"], {
        cwd: folder,
        env: { PATH: process.env.PATH, HOME: folder },
      });
    },

    /** Takes what others have pushed; returns the newest commit. */
    async pull(): Promise<PushedCommit> {
      await update();
      return last();
    },

    async commitAndPush(message: string): Promise<PushedCommit> {
      await git(folder, "add", "-A");
      await git(folder, "commit", "-qm", message);
      return push();
    },

    async revertAndPush({ revision }: PushedCommit): Promise<PushedCommit> {
      await git(folder, "revert", "--no-edit", revision);
      return push();
    },

    /** Makes everything as it was pushed first; undefined if nothing differs from that. */
    async restoreAndPush(): Promise<PushedCommit | undefined> {
      await update();
      const [first = ""] = (await git(folder, "rev-list", "--max-parents=0", "HEAD")).split("\n");
      await git(folder, "clean", "-qfd");
      await git(folder, "read-tree", "-u", "--reset", first);
      if ((await git(folder, "status", "--porcelain")) === "") return undefined;
      await git(folder, "commit", "-qm", "as before");
      return push();
    },

    /** As somebody does on the git host. */
    renameRemoteBranch: (repository: string, from: string, to: string) => git(repository, "branch", "-m", from, to),

    /** Object ids of the files under a folder as the remote repository has them, by path. */
    async remoteFiles(repository: string, path: string): Promise<ReadonlyMap<string, string>> {
      const lines = (await git(repository, "ls-tree", "-r", "HEAD", path)).split("\n");
      return new Map(lines.map((line) => [line.slice(line.indexOf("\t") + 1), line.split(/\s/)[2] ?? ""]));
    },
  };
}
