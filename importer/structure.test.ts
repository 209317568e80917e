import { expect, test } from "vitest";
import { keepStructure } from "./structure.ts";

// Prose has a licence and changes with every release; neither belongs in this repository.
test("prose is dropped, also inside fields that are named like prose", () => {
  const schema = {
    type: "object",
    description: "what it is",
    title: "a title",
    example: { a: 1 },
    externalDocs: { url: "https://example.org" },
    default: {},
    properties: { description: { type: "string", description: "the field of that name stays" } },
  };
  expect(keepStructure(schema, "crd")).toEqual({
    type: "object",
    properties: { description: { type: "string" } },
    additionalProperties: false,
  });
});

test("unknown fields are refused at every depth", () => {
  const inner = { type: "object", properties: { a: { type: "string" } } };
  const kept = keepStructure(
    {
      type: "object",
      properties: { list: { type: "array", items: inner }, map: { type: "object", additionalProperties: inner } },
    },
    "core",
  );
  expect(kept.additionalProperties).toBe(false);
  expect(kept.properties?.list?.items?.additionalProperties).toBe(false);
  expect(kept.properties?.map?.additionalProperties).toEqual({ ...inner, additionalProperties: false });
});

test.each([
  ["preserve-unknown-fields", { type: "object", "x-kubernetes-preserve-unknown-fields": true }, "crd"],
  ["preserve-unknown-fields beside fields", { properties: {}, "x-kubernetes-preserve-unknown-fields": true }, "crd"],
  ["a map", { type: "object", additionalProperties: { type: "string" } }, "crd"],
  ["a core object without any field", { type: "object" }, "core"],
] as const)("%s stays open", (_, schema, part) => {
  expect(keepStructure(schema, part).additionalProperties).not.toBe(false);
});

// A branch of anyOf that names one field would otherwise refuse all the fields of the object around it.
test("conditions do not close the object that they are about", () => {
  const kept = keepStructure(
    { type: "object", properties: { a: {}, b: {} }, anyOf: [{ properties: { a: {} }, required: ["a"] }] },
    "crd",
  );
  expect(kept.anyOf).toEqual([{ properties: { a: {} }, required: ["a"] }]);
});

test("int-or-string of both kinds of source becomes one form", () => {
  const widened = { type: ["integer", "string"], "x-kubernetes-int-or-string": true };
  const crd = { anyOf: [{ type: "integer" }, { type: "string" }], "x-kubernetes-int-or-string": true, pattern: "^a$" };
  expect(keepStructure({ type: "string", format: "int-or-string" }, "core")).toEqual(widened);
  expect(keepStructure(crd, "crd")).toEqual({ ...widened, pattern: "^a$" });
});

// Two lists are compared by these, once something compares objects.
test("the keys of a list's items are kept", () => {
  const list = {
    type: "array",
    items: { type: "string" },
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": ["name"],
  };
  expect(keepStructure({ ...list, "x-kubernetes-patch-strategy": "merge" }, "core")).toEqual(list);
});
