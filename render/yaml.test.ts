import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { formatYaml } from "./yaml.ts";

const json = fc.jsonValue({ maxDepth: 5 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);
const tricky = fc.constantFrom(
  "no",
  "Off",
  "NULL",
  "~",
  "",
  " ",
  "1",
  "0o17",
  "017",
  "1:30",
  "1e3",
  ".5",
  "-",
  "- a",
  "a: b",
  "a:",
  "a #b",
  "#",
  "&a",
  "*a",
  "!a",
  "%a",
  "@a",
  "`a",
  "2026-11-23",
  "=",
  "<<",
  "a\nb",
  "a\n",
  "a\n\n",
  "\na",
  " a\nb",
  "a \nb",
  "a\n  b\n",
  "\t",
  "a\tb\nc",
  "\u0085",
  "\u2028",
  "\ufeff",
  "🚀\nb",
  "…",
  "?",
  "? a",
  "[",
  "{",
  "|",
  ">",
  "'",
  '"',
  "\\",
  "__proto__",
  "0x1f",
  "+1",
  ".inf",
  ".nan",
  "null",
  "y",
  "e0",
  "E-5",
);

// A manifest that Argo CD reads differently from what was checked is the lie this project exists to prevent.
test.each(["1.1", "1.2"] as const)("what is written reads back as the same value under YAML %s", (version) => {
  fc.assert(
    fc.property(
      fc.oneof(
        json,
        tricky,
        fc.array(tricky),
        fc.dictionary(
          tricky.filter((key) => key !== "__proto__"),
          tricky,
        ),
        fc.string({ unit: "binary" }),
      ),
      (value) => {
        const text = formatYaml(value);
        expect(parse(text, { version, merge: false })).toEqual(value);
      },
    ),
    { numRuns: 2000 },
  );
});

test("the layout is the one that people write by hand", () => {
  const value = {
    apiVersion: "v1",
    metadata: { name: "a", labels: {} },
    spec: { list: [{ a: 1, b: [] }, ["x"], "8080", 8080], script: "one\n  two\n" },
  };
  expect(formatYaml(value)).toBe(`apiVersion: v1
metadata:
  name: a
  labels: {}
spec:
  list:
    - a: 1
      b: []
    - - x
    - "8080"
    - 8080
  script: |
    one
      two
`);
});

test("a value that YAML cannot hold is refused instead of written as text", () => {
  expect(() => formatYaml({ a: Number.NaN })).toThrow(TypeError);
  expect(() => formatYaml({ a: () => 1 })).toThrow(TypeError);
});
