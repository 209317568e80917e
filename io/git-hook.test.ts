import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { installHook, removeHook } from "./git-hook.ts";

const never = new AbortController().signal;

function createRepository(): string {
  const root = mkdtempSync(join(tmpdir(), "git-hook-test-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  execFileSync("git", ["init", "-q", root]);
  return root;
}

test("a commit is refused while the check fails, and accepted when it passes", async () => {
  const root = createRepository();
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", root, "-c", "user.name=test", "-c", "user.email=test@example.org", ...args], {
      stdio: "pipe",
    });
  await installHook(root, process.env, never);
  const scripts = (check: string) => writeFileSync(join(root, "package.json"), JSON.stringify({ scripts: { check } }));
  scripts("exit 1");
  git("add", ".");
  expect(() => git("commit", "-m", "refused")).toThrow();
  scripts("exit 0");
  git("add", ".");
  git("commit", "-m", "accepted");
  expect(git("log", "--format=%s").toString().trim()).toBe("accepted");
});

// The check sees the working tree: a fresh dist/ that stays out of the commit would pass it.
test("a commit that leaves the rendered files behind is refused", async () => {
  const root = createRepository();
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", root, "-c", "user.name=test", "-c", "user.email=test@example.org", ...args], {
      stdio: "pipe",
    });
  await installHook(root, process.env, never);
  writeFileSync(join(root, "package.json"), JSON.stringify({ scripts: { check: "exit 0" } }));
  mkdirSync(join(root, "dist"));
  writeFileSync(join(root, "dist/a.yaml"), "rendered\n");
  git("add", "package.json");
  expect(() => git("commit", "-m", "half")).toThrow(/not staged/);
  git("add", ".");
  git("commit", "-m", "whole");
  expect(git("log", "--format=%s").toString().trim()).toBe("whole");
});

test("installing twice and removing leaves nothing", async () => {
  const root = createRepository();
  const path = await installHook(root, process.env, never);
  expect(await installHook(root, process.env, never)).toBe(path);
  expect(statSync(path).mode & 0o111).not.toBe(0);
  await removeHook(root, process.env, never);
  expect(() => statSync(path)).toThrow();
});

// Somebody's own hook is their work.
test("a hook of someone else is neither replaced nor removed", async () => {
  const root = createRepository();
  writeFileSync(join(root, ".git/hooks/pre-commit"), "#!/bin/sh\n");
  await expect(installHook(root, process.env, never)).rejects.toThrow("exists and is not ours");
  await expect(removeHook(root, process.env, never)).rejects.toThrow("is not a hook that");
});

test("outside a git checkout it says so", async () => {
  const root = mkdtempSync(join(tmpdir(), "git-hook-test-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  await expect(installHook(root, { ...process.env, GIT_CEILING_DIRECTORIES: root }, never)).rejects.toThrow(
    "This is not a git checkout",
  );
});
