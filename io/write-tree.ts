import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as pause, setImmediate as yieldToSignals } from "node:timers/promises";
import { UserError } from "../config/user-error.ts";
import { readTree } from "./read-tree.ts";

/** Files between two looks at the signals: a Ctrl-C is answered within milliseconds, also on a slow disk. */
const filesPerTurn = 64;

/** Folders of a run, `.dist-<pid>-...`, and the one that swaps: only one can have that name, so it is the lock. */
const stagingPrefix = ".dist-";
const swapping = `${stagingPrefix}swap`;
/** In every staging folder: the process that made it. */
const ownerFile = "pid";
/** A swap takes milliseconds; one that takes longer hangs on its disk. */
const swapPatienceMs = 5_000;

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
      await acquire(root, staging);
      try {
        swap(root, folders);
      } finally {
        rmSync(join(root, swapping), { recursive: true, force: true });
      }
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
  writeFileSync(join(staging, ownerFile), String(process.pid));
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

/**
 * Gives the staging folder the one name that swaps. Renaming onto a folder that is not empty fails, so of two runs at
 * once the second waits: each puts a whole rendering in place, and the last one stays.
 */
async function acquire(root: string, staging: string): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += 50) {
    try {
      renameSync(staging, join(root, swapping));
      return;
    } catch (error) {
      if (!existsSync(join(root, swapping))) throw error;
    }
    recover(root);
    if (waitedMs >= swapPatienceMs) {
      throw new UserError("Another run is swapping its files into place and does not end.", {
        remedy: `Wait for it, or end it; ${swapping} holds its process id. Nothing was changed.`,
        exitCode: 3,
      });
    }
    await pause(50);
  }
}

/** Renames only, and in one turn: no signal handler runs in between. */
function swap(root: string, folders: readonly string[]): void {
  const staging = join(root, swapping);
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
    const staging = join(root, name);
    if (isRunning(ownerOf(staging, name))) continue;
    const old = join(staging, "old");
    for (const folder of existsSync(old) ? readdirSync(old) : []) {
      if (!existsSync(join(root, folder))) restore(root, staging, folder);
    }
    rmSync(staging, { recursive: true, force: true });
  }
}

/** The process of a staging folder: from its name while it is filled, from the file in it once it swaps. */
function ownerOf(staging: string, name: string): number {
  if (name !== swapping) return Number(name.slice(stagingPrefix.length).split("-")[0]);
  const file = join(staging, ownerFile);
  return existsSync(file) ? Number(readFileSync(file, "utf8")) : Number.NaN;
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
