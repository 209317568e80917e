import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fillBlocks, formatTable } from "../docs/blocks.ts";
import { closeCodeTable, errorTable, limitTable } from "../docs/code-tables.ts";
import { frameTables } from "../docs/frame-tables.ts";
import { metricTable } from "../docs/metric-table.ts";
import { restTables } from "../docs/rest-tables.ts";
import { settingTable } from "../docs/setting-table.ts";
import { clientFrame, serverFrame } from "../src/protocol/frames.ts";
import { errorAnswer, type RestRoute, rest } from "../src/protocol/rest.ts";

const docs = join(import.meta.dirname, "..", "docs");
const page = readFileSync(join(docs, "protocol.md"), "utf8");

/** The examples of one side. */
const examples = (side: string): unknown[] =>
  [...page.matchAll(new RegExp(`\`\`\`json ${side}\\n(.*?)\`\`\``, "gs"))].map(([, text]) => JSON.parse(text ?? ""));

// Somebody who writes another client has only this page.
test("protocol.md says every field, error, close code and limit as the code has it today", async () => {
  const blocks = new Map([
    ...frameTables(),
    ...restTables(),
    ["errors", errorTable()],
    ["close codes", closeCodeTable()],
    ["limits", limitTable()],
  ]);
  await expect(fillBlocks(page, blocks)).toMatchFileSnapshot(join(docs, "protocol.md"));
});

test.each([
  ["settings", settingTable],
  ["metrics", metricTable],
])("%s.md says every one of them", async (name, table) => {
  const file = join(docs, `${name}.md`);
  await expect(fillBlocks(readFileSync(file, "utf8"), new Map([[name, table()]]))).toMatchFileSnapshot(file);
});

// Somebody who looks for a metric in an alarm at night must find it.
test("the guide for operators names only metrics that exist", () => {
  const guide = readFileSync(join(docs, "..", "..", "docs", "how-to", "operate-the-chat.md"), "utf8");
  const named = new Set(guide.match(/\bchat_[a-z_]+\b/g));
  expect(named.size).toBeGreaterThan(5);
  for (const metric of named) expect(metricTable()).toContain(`\`${metric}\``);
});

test.each([
  ["client", clientFrame],
  ["server", serverFrame],
] as const)("every frame of the %s has an example, and each is one that the schema accepts", (side, schema) => {
  const types = examples(side).map((example) => schema.parse(example).type);
  expect(new Set(types)).toEqual(new Set(schema.options.map(({ shape }) => shape.type.value)));
});

test("every example of REST is one that the schema of its route accepts", () => {
  const schemas = Object.entries<RestRoute>(rest).flatMap(([name, { body, answer }]) => [
    [`body ${name}`, body] as const,
    [`rest ${name}`, answer] as const,
  ]);
  const checked = [...schemas, ["rest error", errorAnswer] as const].flatMap(([side, schema]) =>
    examples(side).map((example) => schema?.parse(example)),
  );
  expect(checked.length).toBeGreaterThan(3);
  expect(checked).toHaveLength(page.match(/^```json (body|rest) /gm)?.length ?? 0);
});

test("every example says what it is of", () => {
  const sides = [...page.matchAll(/^```json(.*)$/gm)].map(([, side]) => side?.trim().split(" ")[0]);
  expect(new Set(sides)).toEqual(new Set(["client", "server", "body", "rest"]));
});

test("every link inside the page leads to exactly one heading", () => {
  const anchors = [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading.toLowerCase().replaceAll("`", "").replaceAll(" ", "-"),
  );
  const links = new Set([...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor));
  expect(links.size).toBeGreaterThan(5);
  for (const link of links) expect([link, anchors.filter((anchor) => anchor === link).length]).toEqual([link, 1]);
});

test("what stands in a block is replaced, and nothing beside it", () => {
  expect(fillBlocks("a\n<!-- begin: x -->\nold\n<!-- end -->\nb\n", new Map([["x", "new"]]))).toBe(
    "a\n<!-- begin: x -->\nnew\n<!-- end -->\nb\n",
  );
});

// Otherwise a new frame or setting would stay undocumented, or a removed one documented.
test("a block that is missing, left over or doubled is refused by its name", () => {
  const one = "<!-- begin: x -->\n<!-- end -->\n";
  expect(() => fillBlocks("", new Map([["x", ""]]))).toThrow("Not in the page: x");
  expect(() => fillBlocks(one, new Map())).toThrow('"x" is not written by anything');
  expect(() => fillBlocks(one + one, new Map([["x", ""]]))).toThrow('"x" stands in the page twice');
});

test("a pipe stays inside its cell", () => {
  expect(formatTable(["a"], [["b|c"]])).toBe("| a |\n|---|\n| b\\|c |");
});
