import { keyed } from "../../checks/field.ts";

/** The item of a list: what tells it from its neighbours, and where it stands on each side. */
export interface ItemStep {
  readonly item: string;
  readonly from?: number;
  readonly to?: number;
}

/** One step on the way from an object to a field. */
export type Step = string | ItemStep;

/** Why the cluster does not notice a change. */
export type Idle = "the order does not matter" | "the same amount" | "the default, written out";

/** One field that differs. `before` or `after` is undefined on the side that does not have it. */
export interface FieldChange {
  readonly path: readonly Step[];
  /** For `order` both sides are the keys of the items of a list. */
  readonly kind: "value" | "order";
  readonly before: unknown;
  readonly after: unknown;
  readonly idle?: Idle;
}

/** A path with `[]` for every item, such as `spec.ports[].protocol`: what tables of fields are written in. */
export function fieldOf(path: readonly Step[]): string {
  let field = "";
  for (const step of path) {
    if (typeof step !== "string") field += "[]";
    else field += field === "" ? step : `.${step}`;
  }
  return field;
}

/** A path as people read it: `spec.template.spec.containers[redis].image`. */
export function showPath(path: readonly Step[]): string {
  let field = "";
  for (const step of path) {
    if (typeof step !== "string") field += `[${step.item}]`;
    else field = field === "" ? step : keyed(field, step);
  }
  return field;
}

/** Whether a path is one of these fields, or lies inside one of them. */
export function liesIn(path: readonly Step[], fields: readonly string[]): boolean {
  const field = fieldOf(path);
  return fields.some((one) => field === one || field.startsWith(`${one}.`) || field.startsWith(`${one}[`));
}
