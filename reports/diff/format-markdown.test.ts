import fc from "fast-check";
import { expect, test } from "vitest";
import { formatMarkdown, limitBytes } from "./format-markdown.ts";
import type { JudgedChange } from "./platform-change.ts";
import type { RiskId } from "./risk.ts";
import { riskRules } from "./risks.ts";

const text = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
  fc.constantFrom("```", "````diff", "</details>", "`", "@someone", "<img src=x>", "\r```\r", "~~~", "\n\n", "| a |"),
  fc.constantFrom("x".repeat(7_000), "`".repeat(400), "é\n".repeat(2_000), "🙂".repeat(1_000)),
);
const value = fc.oneof(text, fc.constant(undefined), fc.record({ a: text }));
const object = fc.record({
  apiVersion: fc.constant("v1"),
  kind: text,
  metadata: fc.record({ name: text, namespace: text }),
  data: fc.dictionary(text, text, { maxKeys: 3 }),
});
const change = fc
  .record({
    environment: text,
    app: text,
    path: text,
    before: fc.option(object, { nil: undefined }),
    after: object,
    fields: fc.array(
      fc.record({
        path: fc.array(text, { minLength: 1, maxLength: 2 }),
        kind: fc.constant("value" as const),
        before: value,
        after: value,
      }),
      { maxLength: 4 },
    ),
    risks: fc.array(
      fc.record({
        id: fc.constantFrom(...riskRules.map(({ id }) => id)),
        why: text,
        remedy: fc.option(text, { nil: undefined }),
      }),
      { maxLength: 3 },
    ),
  })
  .map((one): JudgedChange => one);
const report = fc
  .tuple(fc.array(change, { maxLength: 12 }), fc.constantFrom(1, 1, 20), text)
  .map(([changes, times, name]) => ({
    before: name,
    after: name,
    changes: Array.from({ length: times }, () => changes).flat(),
  }));

/** Reads a comment as GitHub does, line by line: what is code is left out, and every fence must end. */
function readBlocks(markdown: string): { readonly outside: string; readonly open: boolean } {
  const outside: string[] = [];
  let fence: string | undefined;
  for (const line of markdown.split(/\r\n|\n|\r/)) {
    const ticks = /^ {0,3}(`{3,})([^`]*)$/.exec(line);
    if (fence === undefined && ticks) fence = ticks[1];
    else if (fence !== undefined && ticks && ticks[2]?.trim() === "" && (ticks[1] ?? "").length >= fence.length)
      fence = undefined;
    else if (fence === undefined) outside.push(line);
  }
  return { outside: outside.join("\n"), open: fence !== undefined };
}

/** Without code spans: a run of ticks up to the next run of that length. */
function withoutSpans(line: string): string {
  return line.replaceAll(/(?<!`)(`+)(?!`)(.*?)(?<!`)\1(?!`)/g, "");
}

// GitHub refuses a longer comment, and a fence that is cut swallows all that follows.
test("whatever changes, a comment is short enough, and what it opens it closes", () => {
  fc.assert(
    fc.property(report, (one) => {
      const markdown = formatMarkdown(one);
      expect(Buffer.byteLength(markdown)).toBeLessThan(limitBytes);
      const { outside, open } = readBlocks(markdown);
      expect(open).toBe(false);
      const plain = outside.split("\n").map(withoutSpans).join("\n");
      expect(plain.match(/<details>/g)?.length ?? 0).toBe(plain.match(/<\/details>/g)?.length ?? 0);
      // Nothing of a manifest is markup or a mention.
      expect(plain).not.toContain("<img");
      expect(plain.replaceAll(/<code>.*?<\/code>/g, "")).not.toContain("@someone");
    }),
    { numRuns: 200 },
  );
});

test("what is not shown is counted, so that nobody takes a part for the whole", () => {
  const big = (name: string): JudgedChange => ({
    environment: "production",
    app: name,
    path: "",
    before: undefined,
    after: {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name },
      data: { text: `${"word ".repeat(50)}end\n`.repeat(100) },
    },
    fields: [],
    risks: [],
  });
  const changes = Array.from({ length: 30 }, (_, index) => big(`app-${index}`));
  const markdown = formatMarkdown({ before: "a", after: "b", changes });
  const shown = markdown.match(/<details>/g)?.length ?? 0;
  expect(shown).toBeGreaterThan(5);
  expect(markdown).toContain(`${30 - shown} objects not shown`);
  expect(markdown).toContain("30 objects of 30 apps");
});

function risky(name: string, id: RiskId, why: string): JudgedChange {
  const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name } };
  return {
    environment: "production",
    app: "team",
    path: "",
    before: object,
    after: object,
    fields: [],
    risks: [{ id, why }],
  };
}

const reasons = (count: number) => Array.from({ length: count }, (_, index) => `reason-${index}-${"x".repeat(250)}`);

// Whoever wants a risk overlooked would add many others.
test("many risks of one sort do not push out the reason of another", () => {
  const many = reasons(500).map((why, index) => risky(`map-${index}`, "deletes-data", why));
  const changes = [...many, risky("door", "exposes-port", "opens the door")];
  const markdown = formatMarkdown({ before: "a", after: "b", changes });
  expect(markdown).toContain("**exposes-port** `production/team` `v1 ConfigMap door`: `opens the door`");
  expect(markdown).toMatch(/- \*\*deletes-data\*\*: \d+ more/);
});

test("a reason that has no room above stands with its object", () => {
  const whys = reasons(65);
  const changes = whys.map((why, index) => risky(`map-${index}`, "deletes-object", why));
  const markdown = formatMarkdown({ before: "a", after: "b", changes });
  expect(markdown).toMatch(/- \*\*deletes-object\*\*: \d+ more/);
  expect(whys.filter((why) => !markdown.includes(why))).toEqual([]);
});

test("equal states are one sentence", () => {
  expect(formatMarkdown({ before: "a", after: "b", changes: [] })).toBe(
    "### What changes in the cluster\n\n`a` → `b`: nothing differs.\n",
  );
});
