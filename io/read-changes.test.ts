import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createGit } from "./git.ts";
import { readChanges, resolveCommit } from "./read-changes.ts";

function createRepository() {
  const root = mkdtempSync(join(tmpdir(), "read-changes-test-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const author = { name: "A test", email: "test@example.org" };
  const git = createGit({ cwd: root, variables: process.env, signal: new AbortController().signal, author });
  execFileSync("git", ["init", "--quiet", root]);
  return {
    root,
    git,
    write(path: string, text: string) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    },
    async commit() {
      await git.run(["add", "--all"]);
      await git.run(["commit", "--quiet", "--message", "a state"]);
      return resolveCommit(git, "HEAD");
    },
  };
}

const none = () => [];

test("what differs is read on both sides, and of the rest what is asked for", async () => {
  const { root, git, write, commit } = createRepository();
  for (const name of ["same", "asked", "changed", "removed"]) write(`dist/${name}.yaml`, `${name}\n`);
  write("elsewhere/changed.yaml", "before\n");
  const before = await commit();
  write("dist/changed.yaml", "new\n");
  write("dist/added in a folder/é.yaml", "added\n");
  write("elsewhere/changed.yaml", "after\n");
  rmSync(join(root, "dist/removed.yaml"));

  const ask = (changed: readonly string[], all: readonly string[]) => {
    expect(changed.toSorted()).toEqual(["dist/added in a folder/é.yaml", "dist/changed.yaml", "dist/removed.yaml"]);
    expect(all).toContain("dist/same.yaml");
    return ["dist/asked.yaml"];
  };
  const expected = [
    { path: "dist/added in a folder/é.yaml", before: undefined, after: "added\n" },
    { path: "dist/asked.yaml", before: "asked\n", after: "asked\n" },
    { path: "dist/changed.yaml", before: "changed\n", after: "new\n" },
    { path: "dist/removed.yaml", before: "removed\n", after: undefined },
  ];
  const sorted = (files: readonly { readonly path: string }[]) => files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  expect(sorted(await readChanges(git, root, { before, after: undefined }, ["dist"], ask))).toEqual(expected);
  const after = await commit();
  expect(sorted(await readChanges(git, root, { before, after }, ["dist"], ask))).toEqual(expected);
});

// The index is what `git add` took; the working tree is what a synthesis wrote.
test("the working tree counts, whatever is staged", async () => {
  const { root, git, write, commit } = createRepository();
  write("dist/a.yaml", "one\n");
  const before = await commit();
  write("dist/a.yaml", "staged\n");
  await git.run(["add", "--all"]);
  write("dist/a.yaml", "one\n");
  expect(await readChanges(git, root, { before, after: undefined }, ["dist"], none)).toEqual([]);
  await git.run(["rm", "--quiet", "--cached", "--force", "dist/a.yaml"]);
  expect(await readChanges(git, root, { before, after: undefined }, ["dist"], none)).toEqual([
    { path: "dist/a.yaml", before: "one\n", after: "one\n" },
  ]);
});

// A report becomes a public comment: a link in a pull request must not put a file of the machine into it.
test("a symbolic link is refused, committed or not", async () => {
  const { root, git, write, commit } = createRepository();
  write("dist/a.yaml", "one\n");
  const before = await commit();
  symlinkSync("/etc/passwd", join(root, "dist/b.yaml"));
  await expect(readChanges(git, root, { before, after: undefined }, ["dist"], none)).rejects.toThrow(
    "dist/b.yaml is a symbolic link",
  );
  const after = await commit();
  await expect(readChanges(git, root, { before, after }, ["dist"], none)).rejects.toThrow("symbolic link");
});

test.each(["nothing", "--output=/tmp/x", "HEAD:dist", ""])("%j is no commit", async (revision) => {
  const { git, write, commit } = createRepository();
  write("dist/a.yaml", "one\n");
  await commit();
  await expect(resolveCommit(git, revision)).rejects.toThrow(`There is no commit "${revision}"`);
});
