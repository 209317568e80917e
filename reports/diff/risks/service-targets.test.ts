import { expect, test } from "vitest";
import type { KubernetesObject } from "../../../render/manifest.ts";
import { risksOf } from "../../../test/risks-of.ts";
import { surroundingPaths } from "../surroundings.ts";

const metadata = { name: "one", namespace: "a" };

function service(spec: object): KubernetesObject {
  return { apiVersion: "v1", kind: "Service", metadata, spec };
}

function deployment(labels: object, port: string, pod: object = {}): KubernetesObject {
  const containers = [{ name: "one", ports: [{ name: port, containerPort: 80 }] }];
  const template = { metadata: { labels }, spec: { containers, ...pod } };
  const spec = { replicas: 3, selector: { matchLabels: { app: "one" } }, template };
  return { apiVersion: "apps/v1", kind: "Deployment", metadata, spec };
}

const front = service({ selector: { app: "one", tier: "front" }, ports: [{ port: 80, targetPort: "http" }] });
const before = deployment({ app: "one", tier: "front" }, "http");
const moved = service({ selector: { app: "one" }, ports: [{ port: 80, targetPort: "web" }] });

// The pods run, and nobody reaches them.
test.each([
  ["loses a label that a Service asks for", deployment({ app: "one" }, "http"), "Service one no longer finds its pods"],
  [
    "loses a port that a Service names",
    deployment({ app: "one", tier: "front" }, "web"),
    "Service one finds no port http in its pods",
  ],
  ["gets a label", deployment({ app: "one", tier: "front", more: "yes" }, "http"), undefined],
])("a workload that %s", (_, after, why) => {
  const found = risksOf([before, front], [after, front]).filter(({ id }) => id === "interrupts-service");
  expect(found.map((one) => one.why)).toEqual(why === undefined ? [] : [why]);
});

test("a Service that follows its pods is said to change, and still finds them", () => {
  const found = risksOf([before, front], [deployment({ app: "one" }, "web"), moved]).map(({ why }) => why);
  expect(found.filter((why) => why.startsWith("Service one"))).toEqual([]);
});

test("a workload is judged with the Services of its app", () => {
  const path = "dist/production/b/Service.a.one.yaml";
  const all = [path, "dist/production/c/Service.a.one.yaml"];
  expect(surroundingPaths(["dist/production/b/Deployment.a.one.yaml"], all)).toEqual([path]);
});

test("a Service that answers only where its pods are", () => {
  const spec = { type: "LoadBalancer" };
  const local = service({ ...spec, externalTrafficPolicy: "Local" });
  const ids = (from: KubernetesObject, to: KubernetesObject) => risksOf([from], [to]).map(({ id }) => id);
  expect(ids(service(spec), local)).toEqual(["interrupts-service"]);
  expect(ids(local, service(spec))).toEqual([]);
});

test("pods that run under another account have its rights", () => {
  const after = deployment({ app: "one", tier: "front" }, "http", { serviceAccountName: "strong" });
  expect(risksOf([before], [after]).map(({ id }) => id)).toContain("widens-access");
  expect(risksOf([after], [before]).map(({ id }) => id)).not.toContain("widens-access");
});

test.each([
  ["false", "true", true],
  ["true", "false", false],
])("Argo CD for whoever does not log in: %s becomes %s", (was, is, widens) => {
  const settings = (value: string): KubernetesObject => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "argocd-cm", namespace: "argocd" },
    data: { "users.anonymous.enabled": value },
  });
  const found = risksOf([settings(was)], [settings(is)]).map(({ id }) => id);
  expect(found.includes("widens-access")).toBe(widens);
});
