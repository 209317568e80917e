import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Durable, replayJournal } from "./journal.ts";

/** Where Redis keeps its append-only files, below its folder. */
export const aofFolder = "appendonlydir";

/** What a flush takes on a slow network volume. */
const flushMs = 8;

/** A disk that can lose its power. */
export interface Disk {
  /** For the redis-server that writes to it. */
  readonly env: Readonly<Record<string, string>>;
  /** From now on what is there counts as flushed. Called while Redis is not running. */
  watch(folder: string): void;
  /** How long ago the last flush was, in ms. */
  quietMs(): number;
  /**
   * Takes away what no flush covered; called after Redis was killed. Of the bytes beyond, a part may have reached the
   * disk all the same: `keep` says which share of them is left, so that a file can end within a record.
   *
   * @returns bytes that were there before and are gone
   */
  cutPower(keep: number): number;
  remove(): void;
}

/** Compiles the shim. @throws if there is no C compiler */
export function createDisk(): Disk {
  const work = mkdtempSync(join(tmpdir(), "chat-power-cut-"));
  const [library, journal, kept] = ["shim.so", "journal", "kept"].map((name) => join(work, name)) as [
    string,
    string,
    string,
  ];
  const source = join(import.meta.dirname, "shim.c");
  execFileSync("gcc", ["-O2", "-Wall", "-shared", "-fPIC", "-o", library, source, "-ldl"]);
  mkdirSync(kept);
  let folder = "";
  let before: Durable = { entries: new Map(), bytesByInode: new Map() };

  return {
    env: {
      LD_PRELOAD: library,
      POWER_CUT_JOURNAL: journal,
      POWER_CUT_KEEP: kept,
      POWER_CUT_DELAY_US: String(flushMs * 1_000),
    },
    watch(redisFolder) {
      folder = join(redisFolder, aofFolder);
      before = readFolder(folder);
      rmSync(journal, { force: true });
    },
    quietMs: () => (existsSync(journal) ? Date.now() - statSync(journal).mtimeMs : 0),
    cutPower(keep) {
      const text = existsSync(journal) ? readFileSync(journal, "utf8") : "";
      const after = replayJournal(before, inodeOf(folder), text);
      const pathByInode = new Map([folder, kept].flatMap((where) => readInodes(where)));
      const bytesBefore = totalBytes(folder);
      const rebuilt = join(work, "rebuilt");
      mkdirSync(rebuilt);
      for (const [name, inode] of after.entries) {
        const path = pathByInode.get(inode);
        if (path === undefined) throw new Error(`${name} was on disk as inode ${inode}, which is gone.`);
        const bytes = readFileSync(path);
        const covered = Math.min(after.bytesByInode.get(inode) ?? 0, bytes.length);
        writeFileSync(join(rebuilt, name), bytes.subarray(0, covered + Math.floor((bytes.length - covered) * keep)));
      }
      rmSync(folder, { recursive: true });
      renameSync(rebuilt, folder);
      return bytesBefore - totalBytes(folder);
    },
    remove: () => rmSync(work, { recursive: true, force: true }),
  };
}

const inodeOf = (path: string): string => String(statSync(path).ino);

const readInodes = (folder: string) =>
  readdirSync(folder).map((name) => [inodeOf(join(folder, name)), join(folder, name)] as const);

function readFolder(folder: string): Durable {
  const files = readInodes(folder);
  return {
    entries: new Map(files.map(([inode, path]) => [path.slice(folder.length + 1), inode])),
    bytesByInode: new Map(files.map(([inode, path]) => [inode, statSync(path).size])),
  };
}

const totalBytes = (folder: string): number =>
  readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
