import type { KubernetesObject } from "../../render/manifest.ts";
import { type FieldChange, fieldOf } from "./field-change.ts";
import { at } from "./object-field.ts";

const values = "spec.source.helm.valuesObject";

/** Whether an object is an Application whose objects a Helm chart makes: dist/ does not show them. */
export function isHelmApplication(object: KubernetesObject): boolean {
  return object.kind === "Application" && typeof at(object, "spec.source.chart") === "string";
}

/** A changed value of a Helm chart by its path inside the values; undefined for any other field. */
export function chartValueOf({ path }: Pick<FieldChange, "path">): string | undefined {
  const field = fieldOf(path);
  return field.startsWith(`${values}.`) ? field.slice(values.length + 1) : undefined;
}

/** Changed fields of an Application that make another set of objects out of its chart. */
export function chartChanges(fields: readonly FieldChange[]): readonly FieldChange[] {
  return fields.filter(
    (field) =>
      chartValueOf(field) !== undefined || /^spec\.source\.(chart|targetRevision|helm)\b/.test(fieldOf(field.path)),
  );
}
