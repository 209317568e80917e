import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");

/** Data flows from left to right: a folder imports itself and what stands to its left. */
const order = [
  "imports",
  "config",
  "constructs",
  "charts",
  "render",
  "checks",
  "reports",
  "bump",
  "importer",
  "io",
  "cli",
];
const knowCdk8s = new Set(["imports", "constructs", "charts", "render"]);
const touchTheOutside = /^(node:(fs|fs\/promises|child_process|net|http|https|os|worker_threads)|cdk8s-cli)$/;

const sources = globSync(`{${order.join(",")}}/**/*.ts`, { cwd: root }).filter((file) => !file.endsWith(".test.ts"));

const imports = sources.flatMap((file) => {
  const text = readFileSync(join(root, file), "utf8");
  // At the start of a line: what the importer writes into generated files is text, not an import of its own.
  const found = text.matchAll(
    /^(?:import\b|export (?:type )?[{*])[^;"']*?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']/gm,
  );
  return [...found].map(([, fixed, dynamic]) => ({
    file,
    folder: file.split("/")[0] ?? "",
    target: fixed ?? dynamic ?? "",
  }));
});

test("the scan finds the folders and their imports", () => {
  expect(new Set(sources.map((file) => file.split("/")[0]))).toEqual(new Set(order));
  expect(imports.length).toBeGreaterThan(100);
});

// One direction is what lets a reader follow a value from the configuration to the file without looking back.
test("a folder imports nothing to its right", () => {
  const backwards = imports
    .filter(({ target }) => target.startsWith("."))
    .map((one) => ({ ...one, to: join(one.file, "..", one.target).split("/")[0] ?? "" }))
    .filter(({ folder, to }) => order.indexOf(to) > order.indexOf(folder) || !order.includes(to))
    .map(({ file, target }) => `${file} imports ${target}; the order is ${order.join(" -> ")}`);
  expect(backwards).toEqual([]);
});

// Everything behind the rendering works on plain values, so that it can be tested and replaced without cdk8s.
test("only the rendering side knows cdk8s", () => {
  const strangers = imports.filter(
    ({ folder, target }) => /^(cdk8s|cdk8s-plus-28|constructs)$/.test(target) && !knowCdk8s.has(folder),
  );
  expect(strangers).toEqual([]);
});

// Pure code gives the same answer on every machine; the outside has one door.
test("only io touches disk, network and processes", () => {
  const strangers = imports.filter(({ folder, target }) => touchTheOutside.test(target) && folder !== "io");
  expect(strangers).toEqual([]);
});

test("of the server the platform imports the contract and nothing else", () => {
  const others = imports.filter(({ target }) => target.includes("server-chat") && target !== "server-chat/contract");
  expect(others).toEqual([]);
});

test("the contract imports nothing but zod", () => {
  const text = readFileSync(join(root, "server-chat/src/contract.ts"), "utf8");
  expect([...text.matchAll(/from ["']([^"']+)["']/g)].map(([, target]) => target)).toEqual(["zod"]);
});
