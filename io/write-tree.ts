import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setImmediate as yieldToSignals } from "node:timers/promises";
import { UserError } from "../config/user-error.ts";
import { readTree } from "./read-tree.ts";

/** Files between two looks at the signals: a Ctrl-C is answered within milliseconds, also on a slow disk. */
const filesPerTurn = 64;

const stagingPrefix = ".dist-";

export interface WriteResult {
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/**
 * Makes the folders hold exactly `texts`: everything is written beside them first and then swapped in by renames, so
 * that a run that fails or is interrupted leaves the old folders as they were. Links are replaced, never followed.
 * Throws a UserError with exit code 3 when the disk refuses.
 */
export async function writeTree(
  root: string,
  folders: readonly string[],
  texts: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<WriteResult> {
  try {
    recover(root);
    const { changed, removed } = compare(root, folders, texts);
    if (changed.length + removed.length === 0) return { changed, removed };
    const staging = mkdtempSync(join(root, `${stagingPrefix}${process.pid}-`));
    try {
      await stage(staging, folders, texts, signal);
      swap(root, staging, folders);
    } finally {
      rmSync(staging, { recursive: true, force: true });
    }
    return { changed, removed };
  } catch (error) {
    if (isSystemError(error)) {
      throw new UserError(`${folders.join(" and ")} could not be written: ${error.message}.`, {
        remedy: "Nothing was changed. Free the disk or make the folder writable, then run it again.",
        exitCode: 3,
      });
    }
    throw error;
  }
}

/** Makes a folder and those above it, if they are missing. */
export function makeFolder(path: string): void {
  mkdirSync(path, { recursive: true });
}

/** Which files differ from what the folders hold now, by path. */
export function compare(root: string, folders: readonly string[], texts: ReadonlyMap<string, string>): WriteResult {
  const changed: string[] = [];
  const present = new Map<string, string | undefined>();
  for (const folder of folders) {
    const tree = readTree(root, folder);
    for (const [path, text] of tree.texts) present.set(path, text);
    for (const path of tree.strangers) present.set(path, undefined);
  }
  for (const [path, text] of texts) if (present.get(path) !== text) changed.push(path);
  const removed = [...present.keys()].filter((path) => !texts.has(path));
  return { changed: changed.sort(), removed: removed.sort() };
}

async function stage(
  staging: string,
  folders: readonly string[],
  texts: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<void> {
  for (const folder of folders) mkdirSync(join(staging, "new", folder), { recursive: true });
  mkdirSync(join(staging, "old"));
  const made = new Set<string>();
  let written = 0;
  for (const [path, text] of texts) {
    if (written++ % filesPerTurn === 0) {
      await yieldToSignals();
      signal.throwIfAborted();
    }
    const folder = dirname(join(staging, "new", path));
    if (!made.has(folder)) mkdirSync(folder, { recursive: true });
    made.add(folder);
    writeFileSync(join(staging, "new", path), text);
  }
}

/** Renames only, and in one turn: no signal handler runs in between. */
function swap(root: string, staging: string, folders: readonly string[]): void {
  const moved: string[] = [];
  try {
    for (const folder of folders) {
      if (existsSync(join(root, folder))) renameSync(join(root, folder), join(staging, "old", folder));
      moved.push(folder);
      renameSync(join(staging, "new", folder), join(root, folder));
    }
  } catch (error) {
    for (const folder of moved) restore(root, staging, folder);
    throw error;
  }
}

function restore(root: string, staging: string, folder: string): void {
  const old = join(staging, "old", folder);
  if (!existsSync(old)) return;
  rmSync(join(root, folder), { recursive: true, force: true });
  renameSync(old, join(root, folder));
}

/** A run that was killed leaves its staging folder, in the worst case with the only copy of a folder in it. */
function recover(root: string): void {
  for (const name of readdirSync(root).filter((entry) => entry.startsWith(stagingPrefix))) {
    if (isRunning(Number(name.slice(stagingPrefix.length).split("-")[0]))) continue;
    const staging = join(root, name);
    const old = join(staging, "old");
    for (const folder of existsSync(old) ? readdirSync(old) : []) {
      if (!existsSync(join(root, folder))) restore(root, staging, folder);
    }
    rmSync(staging, { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return Number.isInteger(pid) && process.kill(pid, 0);
  } catch {
    return false;
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error && "syscall" in error;
}
