import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { renderConstructs } from "./constructs.ts";
import { coreFile, type JsonSchema, type SchemaFile } from "./json-schema.ts";

const schemas = join(import.meta.dirname, "../schemas");
const files = readdirSync(schemas).filter((name) => name !== "lock.json");

function fieldNames(schema: JsonSchema, definitions: SchemaFile["definitions"], seen = new Set<string>()): string[] {
  const { $ref, properties, items, additionalProperties } = schema;
  const name = $ref?.replace("#/definitions/", "") ?? "";
  const referred = seen.has(name) ? undefined : definitions[name];
  seen.add(name);
  const inner = [referred, items, additionalProperties, ...Object.values(properties ?? {})];
  const children = inner.filter((child): child is JsonSchema => typeof child === "object");
  return [...Object.keys(properties ?? {}), ...children.flatMap((child) => fieldNames(child, definitions, seen))];
}

// json2jsii drops a field in silence when its name and another's are the same in camel case.
test.each(files)("every field of the kinds of %s can be written", (name) => {
  const file = JSON.parse(readFileSync(join(schemas, name), "utf8")) as SchemaFile;
  const { kinds } = file;
  const text = renderConstructs(file, kinds, name === coreFile ? "core" : "crd");
  const written = new Set([...text.matchAll(/^ +'(.+?)': /gm)].map((match) => match[1]));
  const fields = kinds.flatMap(({ definition }) =>
    fieldNames({ $ref: `#/definitions/${definition}` }, file.definitions),
  );
  expect(fields.length).toBeGreaterThan(0);
  expect(fields.filter((field) => !written.has(field) && field !== "apiVersion" && field !== "kind")).toEqual([]);
});

// A StatefulSet has whole claims in it, and a claim may have a class of its own.
test("a kind with a class keeps its fields where another kind embeds it", () => {
  const kind = (name: string) => ({ apiVersion: "v1", kind: name, scope: "Namespaced", definition: name }) as const;
  const definitions = {
    Claim: { type: "object", properties: { kind: { type: "string" }, size: { type: "string" } } },
    Set: { type: "object", properties: { template: { $ref: "#/definitions/Claim" } } },
  };
  const kinds = [kind("Claim"), kind("Set")];
  const text = renderConstructs({ kinds, definitions }, kinds, "core");
  expect(text).toContain("interface KubeClaimProps {\n  readonly size?: string;\n}");
  expect(text).toContain("interface Claim {\n  readonly kind?: string;\n  readonly size?: string;\n}");
});

test("a kind with required fields cannot be made without them", () => {
  const kind = { apiVersion: "example.org/v1", kind: "Box", scope: "Cluster", definition: "Box" } as const;
  const box = { type: "object", properties: { kind: { type: "string" }, spec: { type: "string" } } };
  const render = (required: string[]) =>
    renderConstructs({ kinds: [kind], definitions: { Box: { ...box, required } } }, [kind], "crd");
  expect(render(["spec"])).toContain("props: BoxProps)");
  expect(render(["kind"])).toContain("props: BoxProps = {})");
});
