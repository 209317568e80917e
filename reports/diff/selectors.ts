import type { LabelSelector, StringMap } from "../../checks/pod-spec.ts";

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

function requirementsOf({ matchLabels = {}, matchExpressions = [] }: LabelSelector): Requirement[] {
  return [
    ...Object.entries(matchLabels).map(([key, value]) => ({ key, operator: "In", values: [value] })),
    ...matchExpressions.map(({ key, operator, values = [] }) => ({ key, operator, values })),
  ];
}

/** Whether everything that `narrow` selects is selected by `wide` too. */
export function implies(narrow: LabelSelector, wide: LabelSelector): boolean {
  const given = requirementsOf(narrow);
  return requirementsOf(wide).every((wanted) => given.some((one) => one.key === wanted.key && entails(one, wanted)));
}

function entails(given: Requirement, wanted: Requirement): boolean {
  const holds = (value: string) => wanted.values.includes(value);
  switch (`${given.operator} ${wanted.operator}`) {
    case "In In":
      return given.values.every(holds);
    case "In Exists":
    case "Exists Exists":
    case "DoesNotExist DoesNotExist":
    case "DoesNotExist NotIn":
      return true;
    case "In NotIn":
      return !given.values.some(holds);
    case "NotIn NotIn":
      return wanted.values.every((value) => given.values.includes(value));
    default:
      return false;
  }
}

/** A value that no selector names. */
const fresh = "any-other-value";

/**
 * Labels that a selector selects, as few as it takes: one set for each combination of the values that it names. What it
 * forbids is left out, so that every other selector that selects one of these sets must.
 */
export function leastLabels(selector: LabelSelector): StringMap[] {
  let sets: StringMap[] = [{}];
  for (const { key, operator, values } of requirementsOf(selector)) {
    if (operator !== "In" && operator !== "Exists") continue;
    const choices = operator === "In" ? values : [fresh];
    sets = sets.flatMap((labels) => (key in labels ? [labels] : choices.map((value) => ({ ...labels, [key]: value }))));
  }
  return sets;
}

/**
 * Labels, and the same with each combination of what the selectors forbid: a selector that forbids passes over pods that
 * others still select, so the least labels are not enough to find them.
 */
export function withForbidden(labels: StringMap, selectors: readonly LabelSelector[]): StringMap[] {
  const forbidden = new Map<string, Set<string>>();
  for (const { key, operator, values } of selectors.flatMap(requirementsOf)) {
    if (operator !== "NotIn" && operator !== "DoesNotExist") continue;
    // Any other value too: what one selector forbids by value another one may forbid altogether.
    forbidden.set(key, new Set([fresh, ...(forbidden.get(key) ?? []), ...values]));
  }
  let sets: StringMap[] = [labels];
  for (const [key, values] of forbidden) {
    if (key in labels) continue;
    sets = [...sets, ...sets.flatMap((set) => [...values].map((value) => ({ ...set, [key]: value })))];
  }
  return sets;
}
