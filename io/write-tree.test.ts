import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readTree } from "./read-tree.ts";
import { writeTree } from "./write-tree.ts";

const never = new AbortController().signal;

function createFolder(): string {
  const root = mkdtempSync(join(tmpdir(), "write-tree-test-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

const texts = (entries: Record<string, string>) => new Map(Object.entries(entries));
const files = (root: string, folder = "dist") => Object.fromEntries(readTree(root, folder).texts);

test("the folder holds exactly the texts afterwards", async () => {
  const root = createFolder();
  mkdirSync(join(root, "dist/old"), { recursive: true });
  writeFileSync(join(root, "dist/old/a.yaml"), "a");
  const result = await writeTree(root, ["dist"], texts({ "dist/new/b.yaml": "b" }), never);
  expect(result).toEqual({ changed: ["dist/new/b.yaml"], removed: ["dist/old/a.yaml"] });
  expect(files(root)).toEqual({ "dist/new/b.yaml": "b" });
  expect(readdirSync(root)).toEqual(["dist"]);
});

// An editor or a watcher must not see a change where there is none.
test("what is already there is not touched", async () => {
  const root = createFolder();
  await writeTree(root, ["dist"], texts({ "dist/a.yaml": "a" }), never);
  const identity = () => statSync(join(root, "dist")).ino;
  const before = identity();
  expect(await writeTree(root, ["dist"], texts({ "dist/a.yaml": "a" }), never)).toEqual({ changed: [], removed: [] });
  expect(identity()).toBe(before);
});

test("an interruption in the middle of the writing leaves the old folder and nothing else", async () => {
  const root = createFolder();
  await writeTree(root, ["dist"], texts({ "dist/a.yaml": "old" }), never);
  const interruption = new AbortController();
  const many = new Map(Array.from({ length: 500 }, (_, index) => [`dist/${index}.yaml`, "new"] as const));
  const writing = writeTree(root, ["dist"], many, interruption.signal);
  setImmediate(() => interruption.abort());
  await expect(writing).rejects.toThrow();
  expect(files(root)).toEqual({ "dist/a.yaml": "old" });
  expect(readdirSync(root)).toEqual(["dist"]);
});

// A power cut between two renames leaves the only copy in the staging folder of a process that is gone.
test("the next run brings back what a killed one had moved away, whatever it writes itself", async () => {
  const root = createFolder();
  const dead = 2 ** 22 + 1;
  mkdirSync(join(root, `.dist-${dead}-x/old/dist`), { recursive: true });
  writeFileSync(join(root, `.dist-${dead}-x/old/dist/a.yaml`), "only copy");
  await writeTree(root, ["imports"], texts({ "imports/b.ts": "b" }), never);
  expect(files(root)).toEqual({ "dist/a.yaml": "only copy" });
  expect(readdirSync(root).sort()).toEqual(["dist", "imports"]);
});

test("a run does not take the staging folder of another that is still working", async () => {
  const root = createFolder();
  mkdirSync(join(root, `.dist-${process.ppid}-x/new`), { recursive: true });
  await writeTree(root, ["dist"], texts({ "dist/a.yaml": "a" }), never);
  expect(existsSync(join(root, `.dist-${process.ppid}-x/new`))).toBe(true);
});

// Two terminals, or a watcher and a person: what stays must be one rendering, not a mixture, and nobody's work is undone.
test("of several runs at once each puts a whole rendering in place", async () => {
  const root = createFolder();
  const version = (name: string) =>
    new Map(Array.from({ length: 200 }, (_, index) => [`dist/${index}.yaml`, name] as const));
  await Promise.all(["a", "b", "c", "d"].map((name) => writeTree(root, ["dist"], version(name), never)));
  const found = new Set(Object.values(files(root)));
  expect(Object.keys(files(root))).toHaveLength(200);
  expect(found.size).toBe(1);
  expect(readdirSync(root)).toEqual(["dist"]);
});

test("what a run that was killed in mid-swap had moved away comes back", async () => {
  const root = createFolder();
  mkdirSync(join(root, ".dist-swap/old/dist"), { recursive: true });
  writeFileSync(join(root, ".dist-swap/old/dist/a.yaml"), "only copy");
  writeFileSync(join(root, ".dist-swap/pid"), String(2 ** 22 + 1));
  await writeTree(root, ["imports"], texts({ "imports/b.ts": "b" }), never);
  expect(files(root)).toEqual({ "dist/a.yaml": "only copy" });
});

test("a folder that cannot be replaced is the outside world, and the others are put back", async () => {
  const root = createFolder();
  await writeTree(root, ["dist"], texts({ "dist/a.yaml": "old" }), never);
  const wrong = texts({ "dist/a.yaml": "new", "dist/a.yaml/b.yaml": "no folder" });
  await expect(writeTree(root, ["dist"], wrong, never)).rejects.toMatchObject({ exitCode: 3 });
  expect(files(root)).toEqual({ "dist/a.yaml": "old" });
});
