import type { PolicyRule } from "../../checks/kinds.ts";
import type { KubernetesObject } from "../../render/manifest.ts";
import { at, itemsAt, show } from "./object-field.ts";

/** One thing that a role allows: a verb on a resource of a group, by name or all of them; or a verb on a URL. */
interface Right {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  /** Undefined: whatever the name. */
  readonly name: string | undefined;
  readonly url: string | undefined;
}

/** What a Role or ClusterRole allows that it did not: rights that no rule of before covers, not rules that differ. */
export function gainedByRole(before: KubernetesObject | undefined, after: KubernetesObject | undefined): string[] {
  const known = rightsOf(before);
  const gained = rightsOf(after).filter((right) => !known.some((one) => covers(one, right)));
  return [...new Set(gained.map(showRight)), ...gainedByAggregation(before, after)];
}

/** A ClusterRole that adds itself to others, or others to itself (Kubernetes docs, rbac, aggregated ClusterRoles). */
function gainedByAggregation(before: KubernetesObject | undefined, after: KubernetesObject | undefined): string[] {
  const joins = ({ metadata }: KubernetesObject) =>
    Object.entries(metadata.labels ?? {}).flatMap(([label, value]) =>
      label.startsWith("rbac.authorization.k8s.io/aggregate-to-") && value === "true"
        ? [`its rules are part of others: ${label}`]
        : [],
    );
  const takes = (object: KubernetesObject) =>
    itemsAt(object, "aggregationRule.clusterRoleSelectors").map(
      (selector) => `the rules of roles with ${show(selector)}`,
    );
  const all = (object: KubernetesObject | undefined) => (object ? [...joins(object), ...takes(object)] : []);
  const known = new Set(all(before));
  return all(after).filter((one) => !known.has(one));
}

/** Who gets a role through a binding that did not: every subject when the role is another one. */
export function gainedByBinding(before: KubernetesObject | undefined, after: KubernetesObject | undefined): string[] {
  const known = new Set(grantsOf(before));
  return grantsOf(after).filter((grant) => !known.has(grant));
}

function grantsOf(binding: KubernetesObject | undefined): string[] {
  const role = `${show(at(binding, "roleRef.kind"))} ${show(at(binding, "roleRef.name"))}`;
  return itemsAt(binding, "subjects").map(
    ({ kind, namespace, name }) =>
      `${role} for ${show(kind)} ${namespace === undefined ? "" : `${show(namespace)}/`}${show(name)}`,
  );
}

function rightsOf(role: KubernetesObject | undefined): Right[] {
  return (itemsAt(role, "rules") as readonly (PolicyRule & { readonly nonResourceURLs?: readonly string[] })[]).flatMap(
    ({ verbs = [], apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] }) =>
      verbs.flatMap((verb): Right[] => [
        ...nonResourceURLs.map((url) => ({ verb, group: "", resource: "", name: undefined, url })),
        ...apiGroups.flatMap((group) =>
          resources.flatMap((resource) =>
            (resourceNames.length === 0 ? [undefined] : resourceNames).map((name) => ({
              verb,
              group,
              resource,
              name,
              url: undefined,
            })),
          ),
        ),
      ]),
  );
}

/** As the authorizer reads a rule (kubernetes v1.36 pkg/apis/rbac/v1/evaluation_helpers.go). */
function covers(one: Right, right: Right): boolean {
  if (one.verb !== "*" && one.verb !== right.verb) return false;
  if (one.url !== undefined || right.url !== undefined) return one.url !== undefined && coversUrl(one.url, right.url);
  if (one.group !== "*" && one.group !== right.group) return false;
  if (one.name !== undefined && one.name !== right.name) return false;
  if (one.resource === "*" || one.resource === right.resource) return true;
  return one.resource.startsWith("*/") && right.resource.endsWith(one.resource.slice(1));
}

function coversUrl(pattern: string, url: string | undefined): boolean {
  if (url === undefined) return false;
  if (pattern === "*" || pattern === url) return true;
  return pattern.endsWith("*") && url.startsWith(pattern.slice(0, -1));
}

function showRight({ verb, group, resource, name, url }: Right): string {
  if (url !== undefined) return `${verb} ${url}`;
  return `${verb} ${resource}${group === "" ? "" : `.${group}`}${name === undefined ? "" : ` named ${name}`}`;
}
