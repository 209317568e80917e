import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What no configuration of this machine changes. */
export const gitVariables = {
  ...process.env,
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null",
  GIT_AUTHOR_NAME: "a person",
  GIT_AUTHOR_EMAIL: "person@example.com",
  GIT_COMMITTER_NAME: "a person",
  GIT_COMMITTER_EMAIL: "person@example.com",
};

/** Runs git in a folder and returns what it prints. */
export function git(folder: string, ...args: readonly string[]): string {
  return execFileSync("git", [...args], { cwd: folder, env: gitVariables, stdio: "pipe" })
    .toString()
    .trim();
}

/** A bare repository with a branch main, and clones of it, in a temporary folder. */
export interface Remote {
  readonly path: string;
  readonly folder: string;
  readonly clone: (name: string) => string;
  readonly [Symbol.dispose]: () => void;
}

/** @param fill puts the first files into a clone; all of them are committed and pushed */
export function createRemote(fill: (clone: string) => void): Remote {
  const folder = mkdtempSync(join(tmpdir(), "remote-test-"));
  const path = join(folder, "origin.git");
  const clone = (name: string) => {
    git(folder, "clone", "--quiet", path, name);
    return join(folder, name);
  };
  git(folder, "init", "--quiet", "--bare", "--initial-branch=main", path);
  const first = clone("first");
  fill(first);
  git(first, "add", "--all");
  git(first, "commit", "--quiet", "--message=area: the first commit");
  git(first, "push", "--quiet", "origin", "HEAD:main");
  return { path, folder, clone, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}
