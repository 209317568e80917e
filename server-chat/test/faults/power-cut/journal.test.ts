import { expect, test } from "vitest";
import { type Durable, replayJournal } from "./journal.ts";

const before: Durable = {
  entries: new Map([["old.aof", "7"]]),
  bytesByInode: new Map([["7", 100]]),
};
const replay = (...lines: readonly string[]) => replayJournal(before, "1", lines.map((line) => `${line}\n`).join(""));

test("what was on disk before stays", () => {
  expect(replay()).toEqual(before);
});

// The whole point: what was written after the last flush is what a power cut takes.
test("a file is covered up to the size that its last flush began with", () => {
  expect(replay("sync 7 140", "sync 7 180").bytesByInode.get("7")).toBe(180);
});

test("a file that was cut is not covered beyond the cut", () => {
  expect(replay("sync 7 140", "truncate 7 20").bytesByInode.get("7")).toBe(20);
  expect(replay("truncate 7 500").bytesByInode.get("7")).toBe(100);
});

// A new manifest counts only from the flush of its folder on; until then the old one may be what is found.
test("entries are those of the folder's last flush", () => {
  const { entries } = replay("sync 8 10", "folder 1 7:old.aof/8:new.manifest/", "folder 2 9:elsewhere/");
  expect([...entries]).toEqual([
    ["old.aof", "7"],
    ["new.manifest", "8"],
  ]);
});

test("a line without its end is of a call that never returned", () => {
  expect(replayJournal(before, "1", "sync 7 140\nsync 7 18").bytesByInode.get("7")).toBe(140);
});
