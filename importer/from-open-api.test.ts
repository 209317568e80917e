import { expect, test } from "vitest";
import { UserError } from "../config/user-error.ts";
import { parseOpenApi, schemasFromOpenApi } from "./from-open-api.ts";
import type { KindName } from "./kinds.ts";

const gvk = (kind: string) => ({ group: "", version: "v1", kind });
const root = (kind: string, properties: object) => ({
  type: "object",
  properties: {
    metadata: { $ref: "#/definitions/io.k8s.meta.v1.ObjectMeta" },
    status: { type: "object" },
    ...properties,
  },
  "x-kubernetes-group-version-kind": [gvk(kind)],
});
const document = {
  swagger: "2.0",
  definitions: {
    "io.k8s.api.core.v1.Box": root("Box", { size: { $ref: "#/definitions/io.k8s.Quantity" } }),
    "io.k8s.api.core.v1.Shelf": root("Shelf", {}),
    "io.k8s.Quantity": { type: "string", description: "fixed point" },
    "io.k8s.meta.v1.ObjectMeta": { type: "object", properties: { name: { type: "string" }, uid: { type: "string" } } },
    "io.k8s.Unused": { type: "object" },
    "org.example.v1.Box": root("Box", {}),
  },
  paths: {
    "/api/v1/namespaces/{namespace}/boxes": { post: { "x-kubernetes-group-version-kind": gvk("Box") } },
    "/api/v1/shelves": { post: { "x-kubernetes-group-version-kind": gvk("Shelf") } },
  },
};
const wanted: KindName[] = ["Shelf", "Box", "Absent"].map((kind) => ({ apiVersion: "v1", kind }));
const read = (value: unknown) => schemasFromOpenApi(parseOpenApi("openapi.json", JSON.stringify(value)), wanted);

test("only the wanted kinds are taken, with what they refer to, under short names", () => {
  expect(Object.keys(read(document).definitions).sort()).toEqual(["Box", "ObjectMeta", "Quantity", "Shelf"]);
});

// The scope decides where a manifest lies and which list of an AppProject must name its kind.
test("the scope of a kind comes from the paths that create it", () => {
  const scopes = read(document).kinds.map(({ kind, scope }) => [kind, scope]);
  expect(scopes).toEqual([
    ["Box", "Namespaced"],
    ["Shelf", "Cluster"],
  ]);
});

test("what the server owns is an unknown field", () => {
  const { definitions } = read(document);
  expect(Object.keys(definitions.Box?.properties ?? {})).toEqual(["metadata", "size"]);
  expect(Object.keys(definitions.ObjectMeta?.properties ?? {})).toEqual(["name"]);
});

// cpu: 1 is as valid as cpu: "1"; 512MB is a mistake that the API server would find only at the apply.
test("a Quantity is a number or text of its form", () => {
  const { type, pattern } = read(document).definitions.Quantity ?? {};
  expect(type).toEqual(["number", "string"]);
  const form = new RegExp(pattern ?? "");
  expect(["1", "500m", "1.5", "256Mi", "2e9"].filter((text) => !form.test(text))).toEqual([]);
  expect(["512MB", "1 Gi", "", "abc"].filter((text) => form.test(text))).toEqual([]);
});

test.each([
  ["text that is not JSON", "swagger: 2.0"],
  ["a document of another kind", JSON.stringify({ openapi: "3.0.0" })],
])("%s is refused", (_, text) => {
  expect(() => parseOpenApi("openapi.json", text)).toThrow(/openapi\.json is not the \/openapi\/v2 document/);
});

test("a reference to nothing and two types of one name are refused", () => {
  const definitions = {
    ...document.definitions,
    "io.k8s.api.core.v1.Shelf": root("Shelf", { size: { $ref: "#/definitions/io.k8s.Lost" } }),
  };
  expect(() => read({ ...document, definitions })).toThrow(UserError);
  expect(() => read({ ...document, definitions })).toThrow(/io\.k8s\.Lost/);
  const alike = {
    ...document.definitions,
    "io.k8s.api.core.v1.Shelf": root("Shelf", { size: { $ref: "#/definitions/io.k8s.other.Quantity" } }),
    "io.k8s.other.Quantity": { type: "string" },
  };
  expect(() => read({ ...document, definitions: alike })).toThrow(/would both become the type Quantity/);
});
