import { isDeepStrictEqual } from "node:util";
import { parseQuantity } from "../../checks/quantity.ts";
import type { KubernetesObject } from "../../render/manifest.ts";
import { defaultOf } from "./defaults.ts";
import { type FieldChange, fieldOf, type Idle, type Step } from "./field-change.ts";
import { keysOf, shapeOf } from "./list-keys.ts";
import { entry } from "./object-field.ts";

/** Every field in which two states of one object differ: as deep as both sides have something to compare. */
export function compareFields(before: KubernetesObject, after: KubernetesObject): FieldChange[] {
  const changes: FieldChange[] = [];
  const { apiVersion, kind } = after;
  visit([], before, after);
  return changes;

  function visit(path: readonly Step[], left: unknown, right: unknown): void {
    if (isDeepStrictEqual(left, right)) return;
    if (isMap(left) && isMap(right)) {
      for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
        visit([...path, key], entry(left, key), entry(right, key));
      }
    } else if (Array.isArray(left) && Array.isArray(right)) visitList(path, left, right);
    else changes.push({ path, kind: "value", before: left, after: right, idle: idleOf(path, left, right) });
  }

  function visitList(path: readonly Step[], left: readonly unknown[], right: readonly unknown[]): void {
    const keys = keysOf(shapeOf(apiVersion, path), left, right);
    const [from, to] = [positions(keys.before), positions(keys.after)];
    for (const item of new Set([...keys.before, ...keys.after])) {
      const step = { item, from: from.get(item), to: to.get(item) };
      visit([...path, step], left[step.from ?? -1], right[step.to ?? -1]);
    }
    const stayed = keys.before.filter((key) => to.has(key));
    const moved = keys.after.filter((key) => from.has(key)).some((key, position) => key !== stayed[position]);
    if (!moved) return;
    const idle = keys.unordered ? ("the order does not matter" as const) : undefined;
    changes.push({ path, kind: "order", before: keys.before, after: keys.after, idle });
  }

  function idleOf(path: readonly Step[], left: unknown, right: unknown): Idle | undefined {
    const field = fieldOf(path);
    if (isQuantity.test(field)) {
      const [was, is] = [quantity(left), quantity(right)];
      const isStoredAlike = !isComparedAsText(kind, field) || formatOf(left) === formatOf(right);
      if (was !== undefined && was === is && isStoredAlike) return "the same amount";
    }
    const filledIn = defaultOf(kind, field);
    if (filledIn === undefined) return undefined;
    return isDeepStrictEqual(left ?? filledIn, right ?? filledIn) ? "the default, written out" : undefined;
  }
}

/** Fields that the API server reads as an amount: 1024Mi and 1Gi are one. */
const isQuantity =
  /(^|\.)(resources\.(requests|limits)|spec\.hard|limits\[\]\.(default|defaultRequest|max|min))\.[^.]+(\.[^.]+)*$|\.sizeLimit$/;

/** Their controllers make a revision of the template's text, and replace the pods when it differs; Deployments compare values. */
function isComparedAsText(kind: string, field: string): boolean {
  return (kind === "StatefulSet" || kind === "DaemonSet") && field.startsWith("spec.template.");
}

/** The API server writes an amount in the shortest way of its format, so 1024Mi is 1Gi, and 1073741824 stays. */
function formatOf(amount: unknown): "binary" | "exponent" | "decimal" {
  const text = String(amount);
  if (text.endsWith("i")) return "binary";
  return /[eE][+-]?\d+$/.test(text) ? "exponent" : "decimal";
}

function quantity(value: unknown): number | undefined {
  return typeof value === "string" || typeof value === "number" ? parseQuantity(value) : undefined;
}

function positions(keys: readonly string[]): ReadonlyMap<string, number> {
  return new Map(keys.map((key, position) => [key, position]));
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
