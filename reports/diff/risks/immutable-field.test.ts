import { expect, test } from "vitest";
import type { KubernetesObject } from "../../../render/manifest.ts";
import { risksOf } from "../../../test/risks-of.ts";

const refusals = (before: KubernetesObject, after: KubernetesObject) =>
  risksOf([before], [after]).filter(({ id }) => id === "immutable-field");

function definition(...versions: [name: string, storage: boolean][]): KubernetesObject {
  const spec = { versions: versions.map(([name, storage]) => ({ name, served: true, storage })) };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "ones.a.b" },
    spec,
  };
}

// Objects are kept in it, and the API server remembers that: a version goes only once nothing is stored in it.
test.each([
  ["without the version in which objects are stored", definition(["v2", true]), 1],
  ["that stores another version and keeps the old one", definition(["v1", false], ["v2", true]), 0],
  ["that stores no version", definition(["v1", false], ["v2", false]), 1],
  ["without a version in which nothing is stored", definition(["v1", true]), 0],
])("a definition %s", (_, after, count) => {
  expect(refusals(definition(["v1", true], ["v2", false]), after)).toHaveLength(count);
});

function service(...ipFamilies: string[]): KubernetesObject {
  return { apiVersion: "v1", kind: "Service", metadata: { name: "one", namespace: "a" }, spec: { ipFamilies } };
}

test.each([
  ["another first family", service("IPv6"), 1],
  ["its families turned round", service("IPv6", "IPv4"), 1],
  ["a second family", service("IPv4", "IPv6"), 0],
])("a Service with %s", (_, after, count) => {
  expect(refusals(service("IPv4"), after)).toHaveLength(count);
});

function deployment(labels: Record<string, string>): KubernetesObject {
  const spec = { selector: { matchLabels: { app: "one" } }, template: { metadata: { labels } } };
  return { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "one", namespace: "a" }, spec };
}

test("labels of pods that their own workload does not select are refused, others are not", () => {
  const before = deployment({ app: "one", tier: "x" });
  expect(refusals(before, deployment({ app: "two", tier: "x" }))).toEqual([
    expect.objectContaining({ remedy: "Give the pods every label of spec.selector." }),
  ]);
  expect(refusals(before, deployment({ app: "one", tier: "y" }))).toEqual([]);
});

test("a Job's pods are fixed altogether: their labels are no way out", () => {
  const job = (app: string): KubernetesObject => ({ ...deployment({ app }), apiVersion: "batch/v1", kind: "Job" });
  expect(refusals(job("one"), job("two"))[0]?.remedy).toContain("kubectl delete job one");
});
