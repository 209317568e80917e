import fc from "fast-check";
import { expect, test } from "vitest";
import type { KubernetesObject } from "../../render/manifest.ts";
import { gainedByBinding, gainedByRole } from "./role-access.ts";

interface Rule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly verbs: readonly string[];
}

function role(rules: readonly Rule[], labels: Record<string, string> = {}): KubernetesObject {
  return { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "one", labels }, rules };
}

const some = <Value>(...values: Value[]) => fc.subarray(values, { minLength: 1 });
const rules = fc.array(
  fc.record({
    apiGroups: some("", "apps", "*"),
    resources: some("pods", "pods/log", "*", "*/log"),
    resourceNames: fc.subarray(["a", "b"]),
    verbs: some("get", "list", "*"),
  }),
  { maxLength: 3 },
);

/** What the API server decides for one request (Kubernetes docs, reference/access-authn-authz/rbac). */
function allows(list: readonly Rule[], group: string, resource: string, name: string, verb: string): boolean {
  const has = (values: readonly string[] = [], value: string) => values.includes("*") || values.includes(value);
  return list.some(
    (rule) =>
      has(rule.verbs, verb) &&
      has(rule.apiGroups, group) &&
      (has(rule.resources, resource) || (resource.endsWith("/log") && rule.resources?.includes("*/log") === true)) &&
      ((rule.resourceNames ?? []).length === 0 || rule.resourceNames?.includes(name) === true),
  );
}

// The values nobody names stand for all others: what only a wildcard allows.
test("a role gains something exactly when some request passes that did not", () => {
  const requests = ["", "apps", "other"].flatMap((group) =>
    ["pods", "pods/log", "other", "other/log"].flatMap((resource) =>
      ["a", "b", "other"].flatMap((name) =>
        ["get", "list", "other"].map((verb) => [group, resource, name, verb] as const),
      ),
    ),
  );
  fc.assert(
    fc.property(rules, rules, (before, after) => {
      const gains = requests.some((one) => allows(after, ...one) && !allows(before, ...one));
      expect(gainedByRole(role(before), role(after)).length > 0).toBe(gains);
    }),
    { numRuns: 1_000 },
  );
});

test("a URL is covered by itself and by a prefix", () => {
  const urls = (...nonResourceURLs: string[]) => role([{ nonResourceURLs, verbs: ["get"] }]);
  expect(gainedByRole(urls("/healthz", "/api/*"), urls("/healthz", "/api/v1", "/api/v1/*"))).toEqual([]);
  expect(gainedByRole(urls("/api/v1"), urls("/api/*"))).toEqual(["get /api/*"]);
});

test("a role that becomes part of others is a gain of those", () => {
  const label = "rbac.authorization.k8s.io/aggregate-to-view";
  expect(gainedByRole(role([]), role([], { [label]: "true" }))).toEqual([`its rules are part of others: ${label}`]);
});

test("a binding gives a role to each new subject, and another role to all", () => {
  const binding = (name: string, ...subjects: string[]): KubernetesObject => ({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name: "one", namespace: "a" },
    roleRef: { kind: "Role", name },
    subjects: subjects.map((subject) => ({ kind: "ServiceAccount", namespace: "a", name: subject })),
  });
  expect(gainedByBinding(binding("r", "x", "y"), binding("r", "y"))).toEqual([]);
  expect(gainedByBinding(binding("r", "x"), binding("r", "x", "y"))).toEqual(["Role r for ServiceAccount a/y"]);
  expect(gainedByBinding(binding("r", "x"), binding("s", "x"))).toEqual(["Role s for ServiceAccount a/x"]);
});
