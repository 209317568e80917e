import type { KubernetesObject } from "../../render/manifest.ts";

/** The value of a field such as `spec.strategy.type`; undefined when something on the way is not there. */
export function at(object: KubernetesObject | undefined, field: string): unknown {
  let value: unknown = object;
  for (const key of field.split(".")) {
    if (typeof value !== "object" || value === null) return undefined;
    value = entry(value as Readonly<Record<string, unknown>>, key);
  }
  return value;
}

/** A list of maps, or nothing where there is none. */
export function itemsAt(
  object: KubernetesObject | undefined,
  field: string,
): readonly Readonly<Record<string, unknown>>[] {
  const value = at(object, field);
  return Array.isArray(value) ? value.filter((item) => typeof item === "object" && item !== null) : [];
}

/** A list of texts, or nothing where there is none. */
export function textsAt(object: KubernetesObject | undefined, field: string): readonly string[] {
  const value = at(object, field);
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** A value in a line of a message. */
export function show(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing");
}

/** The own entry of a table: a manifest may be of a kind called `constructor`. */
export function entry<Value>(table: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
