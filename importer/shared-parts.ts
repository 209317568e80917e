import type { JsonSchema } from "./json-schema.ts";

/**
 * Definitions in which every object inside an object is a definition of its own, equal ones being one: `part0`, `part1`.
 * Each becomes one function of a validator. A CRD is one schema, with whole pod templates in it more than once: as one
 * function its validator would be twice as large, and slow to compile.
 */
export function withSharedParts(definitions: Readonly<Record<string, JsonSchema>>): Record<string, JsonSchema> {
  const nameByText = new Map<string, string>();
  const parts: Record<string, JsonSchema> = {};
  const share = (schema: JsonSchema): JsonSchema => {
    const inner = withChildren(schema, share);
    if (inner.properties === undefined) return inner;
    const text = JSON.stringify(inner);
    const name = nameByText.get(text) ?? `part${nameByText.size}`;
    nameByText.set(text, name);
    parts[name] = inner;
    return { $ref: `#/definitions/${name}` };
  };
  const roots = Object.entries(definitions).map(([name, schema]) => [name, withChildren(schema, share)]);
  return { ...Object.fromEntries(roots), ...parts };
}

function withChildren(schema: JsonSchema, change: (child: JsonSchema) => JsonSchema): JsonSchema {
  const { properties, items, additionalProperties } = schema;
  const children = Object.entries(properties ?? {}).map(([name, child]) => [name, change(child)]);
  return {
    ...schema,
    ...(properties === undefined ? {} : { properties: Object.fromEntries(children) }),
    ...(items === undefined ? {} : { items: change(items) }),
    ...(typeof additionalProperties === "object" ? { additionalProperties: change(additionalProperties) } : {}),
  };
}
