import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { copyCheckout } from "./checkout-copy.ts";

function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "checkout-copy-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function git(folder: string, ...args: string[]): string {
  const identity = ["-c", "user.name=test", "-c", "user.email=test@example.org"];
  return execFileSync("git", ["-C", folder, ...identity, ...args], { encoding: "utf8", stdio: "pipe" }).trim();
}

// CI checks out a commit, and people work on branches of their own: neither may change what the suite runs.
test("a checkout of any branch, or of none, is pushed as the branch that the environment names", async () => {
  const [root, remote] = [createFolder(), createFolder()];
  git(root, "init", "-q", "-b", "someones-branch");
  writeFileSync(join(root, "committed.yaml"), "a: 1\r\n");
  writeFileSync(join(root, ".gitignore"), "ignored.yaml\n");
  git(root, "add", ".");
  git(root, "commit", "-qm", "first");
  git(root, "checkout", "-q", "--detach");
  git(remote, "init", "-q", "--bare");
  const tree = git(root, "rev-parse", "HEAD^{tree}");

  expect(await copyCheckout(root, join(createFolder(), "copy"), remote, "main")).toEqual([]);
  expect(git(remote, "rev-parse", "main^{tree}")).toBe(tree);
});

test("what is not committed is pushed too, and named; what git ignores is not", async () => {
  const [root, remote] = [createFolder(), createFolder()];
  git(root, "init", "-q");
  writeFileSync(join(root, ".gitignore"), "ignored.yaml\n");
  git(root, "add", ".");
  git(root, "commit", "-qm", "first");
  for (const name of ["new.yaml", "ignored.yaml"]) writeFileSync(join(root, name), "a: 1\n");
  git(remote, "init", "-q", "--bare");

  expect(await copyCheckout(root, join(createFolder(), "copy"), remote, "main")).toEqual(["?? new.yaml"]);
  expect(git(remote, "ls-tree", "--name-only", "main")).toBe(".gitignore\nnew.yaml");
});
