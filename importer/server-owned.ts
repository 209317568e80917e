import type { JsonSchema } from "./json-schema.ts";

/**
 * The fields of ObjectMeta that the API reference calls read-only or set by the system. In git they are noise at best;
 * a resourceVersion makes every later apply fail with a conflict.
 */
export const serverOwnedMetadata: readonly string[] = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "selfLink",
  "uid",
];

/** `status` is written by controllers; `operation` of an Argo CD Application starts a synchronisation. */
export const serverOwnedFields: readonly string[] = ["status", "operation"];

/** The schema without some of its properties: as unknown fields they are refused. */
export function withoutProperties(schema: JsonSchema, names: readonly string[]): JsonSchema {
  if (schema.properties === undefined || names.length === 0) return schema;
  const properties = Object.entries(schema.properties).filter(([name]) => !names.includes(name));
  return {
    ...schema,
    properties: Object.fromEntries(properties),
    ...(schema.required === undefined ? {} : { required: schema.required.filter((name) => !names.includes(name)) }),
  };
}
