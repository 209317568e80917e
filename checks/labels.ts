import type { LabelSelector, StringMap } from "./pod-spec.ts";

/** Whether a label selector selects these labels. No selector selects nothing, an empty one everything. */
export function selects(selector: LabelSelector | undefined, labels: StringMap): boolean {
  if (selector === undefined) return false;
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) if (labels[key] !== value) return false;
  return (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
    const value = labels[key];
    switch (operator) {
      case "In":
        return value !== undefined && values.includes(value);
      case "NotIn":
        return value === undefined || !values.includes(value);
      case "Exists":
        return value !== undefined;
      case "DoesNotExist":
        return value === undefined;
      default:
        return false;
    }
  });
}

/** "app=a, tier=b": how messages show labels. */
export function showLabels(labels: StringMap): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? "no labels" : pairs.join(", ");
}

/** A selector as messages show it. */
export function showSelector(selector: LabelSelector | undefined): string {
  const expressions = (selector?.matchExpressions ?? []).map(({ key, operator, values }) =>
    [key, operator, ...(values ? [`(${values.join(", ")})`] : [])].join(" "),
  );
  const labels = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  return [...labels, ...expressions].join(", ") || "every pod";
}
