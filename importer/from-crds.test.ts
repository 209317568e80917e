import { expect, test } from "vitest";
import { stringify } from "yaml";
import { UserError } from "../config/user-error.ts";
import { schemasFromCrds } from "./from-crds.ts";
import type { KindName } from "./kinds.ts";

const crd = (version: object = {}) => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  spec: {
    group: "example.org",
    scope: "Cluster",
    names: { kind: "Box" },
    versions: [
      { name: "v1", served: true, storage: false, schema: { openAPIV3Schema: { type: "object" } } },
      {
        name: "v2",
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: "object",
            required: ["spec", "status"],
            properties: {
              metadata: { type: "object" },
              spec: { type: "object", properties: { empty: { type: "object" } } },
              status: { type: "object" },
              operation: { type: "object" },
            },
          },
        },
        ...version,
      },
    ],
  },
});
const wanted: KindName[] = ["example.org/v1", "example.org/v2"].map((apiVersion) => ({ apiVersion, kind: "Box" }));
const read = (text: string) => schemasFromCrds([{ name: "box.yaml", text }], wanted);

test("the stored version of a wanted kind is taken, with its scope", () => {
  expect(read(stringify(crd())).kinds).toEqual([
    { apiVersion: "example.org/v2", kind: "Box", scope: "Cluster", definition: "Box" },
  ]);
});

// status is a controller's; an operation in git would make Argo CD synchronise for as long as it lies there.
test("status and operation are unknown fields, metadata is that of every object", () => {
  const box = read(stringify(crd())).definitions.Box;
  expect(Object.keys(box?.properties ?? {})).toEqual(["metadata", "spec"]);
  expect(box?.required).toEqual(["spec"]);
  expect(box?.properties?.metadata).toEqual({ $ref: "kubernetes.json#/definitions/ObjectMeta" });
});

// The API server prunes everything below a field that is only called an object.
test("an object without fields takes none", () => {
  const spec = read(stringify(crd())).definitions.Box?.properties?.spec;
  expect(spec?.properties?.empty).toEqual({ type: "object", additionalProperties: false });
});

test("kinds that nobody wants, and versions that are not served, are left out", () => {
  expect(schemasFromCrds([{ name: "box.yaml", text: stringify(crd()) }], [])).toEqual({ kinds: [], definitions: {} });
  expect(read(stringify(crd({ served: false }))).kinds).toEqual([]);
});

test("several documents in one file are read, empty ones passed over", () => {
  expect(read(`---\n${stringify(crd())}---\n# the end\n`).kinds).toHaveLength(1);
});

test.each([
  ["no YAML", "a: [1, 2", /box\.yaml is not a CustomResourceDefinition: it is not YAML/],
  ["nothing", "# only a comment\n", /it is empty/],
  ["another kind", "apiVersion: v1\nkind: ConfigMap\n", /box\.yaml .*apiVersion/],
  ["a list", "- 1\n", /the document/],
  ["an alias that leads nowhere", "a: *b\n", /it is not YAML/],
])("%s is refused with the file's name", (_, text, message) => {
  expect(() => read(text)).toThrow(UserError);
  expect(() => read(text)).toThrow(message);
});
