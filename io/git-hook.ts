import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { UserError } from "../config/user-error.ts";
import { runProgram } from "./run-program.ts";

const hook = `#!/bin/sh
# Installed by \`npm run hooks\`: what is committed passes the checks, and dist/ is what a synthesis writes.
npm run --silent check || exit 1
# The check reads the working tree; what it found right there must also be in the commit.
if git status --porcelain -- dist bootstrap | grep -q '^.[^ ]'; then
  echo 'dist/ or bootstrap/ has changes that are not staged: git add dist bootstrap' >&2
  exit 1
fi
`;

type Variables = Readonly<Record<string, string | undefined>>;

/** Writes the pre-commit hook and returns its path. Throws a UserError rather than replace a hook of someone else's. */
export async function installHook(root: string, variables: Variables, signal: AbortSignal): Promise<string> {
  const path = await hookPath(root, variables, signal);
  if (existsSync(path) && readFileSync(path, "utf8") !== hook) {
    throw new UserError(`${path} exists and is not ours.`, {
      remedy: "Add `npm run check` to it by hand, or remove it first.",
    });
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, hook, { mode: 0o755 });
  return path;
}

/** Removes the hook that `installHook` wrote, and returns its path. */
export async function removeHook(root: string, variables: Variables, signal: AbortSignal): Promise<string> {
  const path = await hookPath(root, variables, signal);
  if (!existsSync(path) || readFileSync(path, "utf8") !== hook) {
    throw new UserError(`${path} is not a hook that \`npm run hooks\` installed.`, {
      remedy: "There is nothing to remove.",
    });
  }
  rmSync(path);
  return path;
}

async function hookPath(root: string, variables: Variables, signal: AbortSignal): Promise<string> {
  const { exitCode, output } = await runProgram("git", ["rev-parse", "--git-path", "hooks/pre-commit"], {
    cwd: root,
    variables,
    signal,
  });
  const path = output.trim();
  if (exitCode !== 0)
    throw new UserError(`This is not a git checkout: ${path}`, { remedy: "Run it in a clone of the repository." });
  return isAbsolute(path) ? path : join(root, path);
}
