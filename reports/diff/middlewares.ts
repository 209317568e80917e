import type { KubernetesObject } from "../../render/manifest.ts";
import { type FieldChange, fieldOf, showPath } from "./field-change.ts";
import { show } from "./object-field.ts";
import type { Side } from "./surroundings.ts";

/** What Traefik lets requests pass on their way to the Service of an Ingress. */
export function middlewaresOf({ kind, metadata }: KubernetesObject): string[] {
  const names = kind === "Ingress" ? metadata.annotations?.["traefik.ingress.kubernetes.io/router.middlewares"] : "";
  return (names ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

/** The Ingresses of one side that let requests pass a middleware. */
export function usersOf({ metadata }: KubernetesObject, environment: string, side: Side): KubernetesObject[] {
  const name = `${metadata.namespace}-${metadata.name}@kubernetescrd`;
  return side
    .ofKind(environment, "Ingress")
    .map(({ object }) => object)
    .filter((object) => middlewaresOf(object).includes(name));
}

/**
 * What a middleware kept out and lets through now. Everything that it said and says no more counts, save where less is
 * stricter: only Traefik knows what each of its settings keeps out.
 */
export function loosenedBy(fields: readonly FieldChange[]): string[] {
  return fields
    .filter(({ path, kind, idle }) => path[0] === "spec" && kind === "value" && idle === undefined)
    .filter(isLooser)
    .map(
      ({ path, before, after }) =>
        `${showPath(path)}: ${show(before ?? "not set")} becomes ${show(after ?? "not set")}`,
    );
}

function isLooser({ path, before, after }: FieldChange): boolean {
  const field = fieldOf(path);
  // No average, and one of 0, are no limit: so says the definition of the field.
  if (field === "spec.rateLimit.average") return (Number(after) || Infinity) > (Number(before) || Infinity);
  if (field === "spec.rateLimit.burst") return Number(after ?? 1) > Number(before ?? 1);
  if (field.endsWith(".sourceRange[]")) return after !== undefined;
  return before !== undefined;
}
