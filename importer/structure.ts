import type { JsonSchema } from "./json-schema.ts";

/** Vendor keywords that say something about structure. */
export const vendorKeywords = [
  "x-kubernetes-int-or-string",
  "x-kubernetes-list-map-keys",
  "x-kubernetes-list-type",
  "x-kubernetes-map-type",
  "x-kubernetes-preserve-unknown-fields",
];

// Read by json-schema validation, or later by the code that matches list items by their keys. All else is prose,
// patch strategies, or rules in CEL that only an API server can run.
const keptKeywords = new Set([
  "$ref",
  "type",
  "required",
  "enum",
  "pattern",
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "minProperties",
  "maxProperties",
  "uniqueItems",
  "nullable",
  ...vendorKeywords,
]);

const preserveUnknown = "x-kubernetes-preserve-unknown-fields";
const intOrString = "x-kubernetes-int-or-string";

/** `condition` is a branch of anyOf and the like: it adds conditions to a structure that stands elsewhere. */
type Part = "core" | "crd" | "condition";

/**
 * What a schema says about structure, without its prose, and with unknown fields refused: Kubernetes' own schemas
 * leave objects open because an API server finds unknown fields by itself.
 *
 * An object stays open where the schema says so: with preserve-unknown-fields, with a map's `additionalProperties`, or
 * in a core schema without any field (RawExtension and the like; a CRD says preserve-unknown-fields for those).
 */
export function keepStructure(schema: JsonSchema, part: Part): JsonSchema {
  const kept: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (keptKeywords.has(keyword)) kept[keyword] = value;
  }
  if (schema[intOrString] === true || schema.format === "int-or-string") {
    return { ...kept, type: ["integer", "string"], [intOrString]: true };
  }
  const { properties, additionalProperties, items, not } = schema;
  if (properties !== undefined) {
    kept.properties = Object.fromEntries(
      Object.entries(properties).map(([name, child]) => [name, keepStructure(child, part)]),
    );
  }
  if (items !== undefined) kept.items = keepStructure(items, part);
  if (typeof additionalProperties === "object") {
    kept.additionalProperties = keepStructure(additionalProperties, part);
  } else if (additionalProperties !== undefined) {
    kept.additionalProperties = additionalProperties;
  } else if (isClosed(schema, part)) {
    kept.additionalProperties = false;
  }
  for (const junctor of ["allOf", "anyOf", "oneOf"] as const) {
    const branches = schema[junctor];
    if (branches !== undefined) kept[junctor] = branches.map((branch) => keepStructure(branch, "condition"));
  }
  if (not !== undefined) kept.not = keepStructure(not, "condition");
  return kept;
}

function isClosed(schema: JsonSchema, part: Part): boolean {
  if (part === "condition" || schema[preserveUnknown] === true) return false;
  return schema.properties !== undefined || (part === "crd" && schema.type === "object");
}
