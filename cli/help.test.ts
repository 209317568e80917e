import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Command } from "./command.ts";
import { formatCommandHelp, formatHelp } from "./help.ts";
import { run } from "./run.ts";

const folder = join(import.meta.dirname, "commands");
const files = readdirSync(folder).filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"));
const commands = await Promise.all(
  files.map(async (file) => ((await import(join(folder, file))) as { default: Command }).default),
);

const outside = () => {
  const printed: string[] = [];
  return {
    printed,
    root: "",
    stdout: (text: string) => printed.push(text),
    stderr: (text: string) => printed.push(text),
    isTerminal: false,
    signal: new AbortController().signal,
    nowMs: () => 0,
    variables: {},
  };
};

test("every file in commands/ is a command of its name that the command line knows", async () => {
  expect(commands.map(({ name }) => `${name}.ts`)).toEqual(files);
  for (const command of commands) {
    const world = outside();
    expect(await run([command.name, "--help"], world)).toBe(0);
    expect(world.printed.join("")).toBe(formatCommandHelp(command));
  }
});

test("the overview names every command", async () => {
  const world = outside();
  expect(await run(["--help"], world)).toBe(0);
  for (const { name, summary } of commands)
    expect(world.printed.join("")).toMatch(
      new RegExp(`${name} +${summary.slice(0, 20).replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}`),
    );
});

// The page cannot promise an option that is gone: it is printed by the table that parses them. `npx vitest -u` rewrites it.
test("docs/reference/commands.md is what --help prints", async () => {
  const inOrder = commands.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const page = ["# Commands", "", "```", formatHelp(inOrder).trimEnd(), "```", ""];
  for (const command of inOrder)
    page.push(`## ${command.name}`, "", "```", formatCommandHelp(command).trimEnd(), "```", "");
  await expect(page.join("\n")).toMatchFileSnapshot("../docs/reference/commands.md");
});

// A command that the front page does not name is one that nobody finds.
test("README's table of commands has every script of package.json, and no other", () => {
  const root = join(folder, "..", "..");
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: object };
  const rows = readFileSync(join(root, "README.md"), "utf8").matchAll(/^\| (`npm [^|]+) \|/gm);
  const named = [...rows].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`npm (?:run )?([\w:]+)`/g)].map(([, name]) => name),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.sort()).toEqual(Object.keys(scripts).sort());
});
