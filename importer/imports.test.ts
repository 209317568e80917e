import { expect, test } from "vitest";
import { renderImports } from "./imports.ts";
import type { SchemaFiles } from "./json-schema.ts";

const objectMeta = { type: "object", properties: { name: { type: "string" } }, additionalProperties: false };
const kind = (apiVersion: string, name: string) =>
  ({ apiVersion, kind: name, scope: "Namespaced", definition: name }) as const;
const schemas: SchemaFiles = {
  "kubernetes.json": {
    kinds: [kind("v1", "Lamp"), kind("v1", "Chair")],
    definitions: {
      ObjectMeta: objectMeta,
      Lamp: {
        type: "object",
        properties: { metadata: { $ref: "#/definitions/ObjectMeta" }, watts: { type: "integer" } },
      },
      Chair: { type: "object", properties: { legs: { type: "integer" } } },
    },
  },
  "boxes.json": {
    kinds: [kind("example.org/v1", "Box")],
    definitions: {
      Box: { type: "object", properties: { metadata: { $ref: "kubernetes.json#/definitions/ObjectMeta" } } },
    },
  },
};
const lamp = { apiVersion: "v1", kind: "Lamp", construct: true };
const chair = { apiVersion: "v1", kind: "Chair", construct: false };
const box = { apiVersion: "example.org/v1", kind: "Box", construct: true };

test("a kind in use gets a validator, and a class if it asks for one", () => {
  const texts = renderImports(schemas, [lamp, chair, box]);
  expect([...texts.keys()].sort()).toEqual([
    "example.org.ts",
    "k8s.ts",
    "kinds.ts",
    "validators/core.cjs",
    "validators/example.org.cjs",
  ]);
  expect(texts.get("k8s.ts")).toContain("class KubeLamp ");
  expect(texts.get("k8s.ts")).not.toContain("Chair");
  expect(texts.get("example.org.ts")).toContain("class Box ");
  expect(texts.get("validators/core.cjs")).toMatch(/^exports\.Lamp = .+\nexports\.Chair = /m);
});

test("one group's files do not depend on the kinds of another", () => {
  const alone = renderImports(schemas, [box]);
  const together = renderImports(schemas, [lamp, chair, box]);
  expect(together.get("validators/example.org.cjs")).toBe(alone.get("validators/example.org.cjs"));
});

test("a kind that no schema defines, or two do, is refused by name", () => {
  const absent = { apiVersion: "v1", kind: "Table", construct: true };
  expect(() => renderImports(schemas, [absent])).toThrow(/v1 Table .* nowhere/);
  const twice = { ...schemas, "old-boxes.json": schemas["boxes.json"] ?? { kinds: [], definitions: {} } };
  expect(() => renderImports(twice, [box])).toThrow(/schemas\/boxes\.json and schemas\/old-boxes\.json/);
});
