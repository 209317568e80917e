import { expect, test } from "vitest";
import { stringify } from "yaml";
import type { KindName } from "./kinds.ts";
import { parseSchemas, renderSchemas } from "./schemas.ts";
import type { SchemaSource } from "./source.ts";

const wanted: KindName[] = [{ apiVersion: "example.org/v1", kind: "Box" }];

function source(version: string, fields: object = {}): SchemaSource {
  const schema = { openAPIV3Schema: { type: "object", properties: { spec: { type: "object", properties: fields } } } };
  const text = stringify({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    spec: {
      group: "example.org",
      scope: "Cluster",
      names: { kind: "Box" },
      versions: [{ name: "v1", served: true, storage: true, schema }],
    },
  });
  return { name: "boxes", version, label: `boxes-v${version}`, format: "crds", files: [{ name: "box.yaml", text }] };
}

const empty = new Map<string, string>();
const imported = renderSchemas(empty, [source("1.0.0")], wanted);

test("what was rendered can be parsed, and names its source", () => {
  expect(Object.keys(parseSchemas(imported))).toEqual(["boxes.json"]);
  expect(JSON.parse(imported.get("lock.json") ?? "")).toMatchObject({
    sources: { boxes: { source: "boxes-v1.0.0", version: "1.0.0" } },
  });
});

test("a newer release replaces the older one, and nothing else", () => {
  const other = { ...source("7.0.0"), name: "other" };
  const before = renderSchemas(imported, [other], wanted);
  const after = renderSchemas(before, [source("1.1.0", { size: { type: "string" } })], wanted);
  expect([...after.keys()].sort()).toEqual(["boxes.json", "lock.json", "other.json"]);
  expect(after.get("other.json")).toBe(before.get("other.json"));
  expect(after.get("boxes.json")).toContain('"size"');
});

test("the order of keys in a source does not matter", () => {
  const one = renderSchemas(empty, [source("1.0.0", { a: { type: "string" }, b: { type: "string" } })], wanted);
  const two = renderSchemas(empty, [source("1.0.0", { b: { type: "string" }, a: { type: "string" } })], wanted);
  expect(two.get("boxes.json")).toBe(one.get("boxes.json"));
});

test("a source without a wanted kind is refused", () => {
  expect(() => renderSchemas(empty, [source("1.0.0")], [])).toThrow(/boxes-v1\.0\.0 has none of the kinds/);
});

// Validators made of an edited schema would accept what the cluster refuses.
test.each<[string, [string, string] | string, RegExp]>([
  ["an edited schema", ["boxes.json", "{}"], /schemas\/boxes\.json is not what schemas\/lock\.json says/],
  ["a schema of unknown origin", ["more.json", "{}"], /does not name schemas\/more\.json/],
  ["a lock that is none", ["lock.json", "{"], /lock\.json is not a lock file/],
  ["a missing schema", "boxes.json", /schemas\/boxes\.json is missing/],
])("%s is refused", (_, change, message) => {
  const texts = new Map(imported);
  if (typeof change === "string") texts.delete(change);
  else texts.set(...change);
  expect(() => parseSchemas(texts)).toThrow(message);
});
