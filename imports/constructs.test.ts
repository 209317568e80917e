import { App, Chart } from "cdk8s";
import { expect, test } from "vitest";
import { Application } from "./argoproj.io.ts";
import { IntOrString, KubeDeployment, KubeService, Quantity, ServiceSpecType } from "./k8s.ts";

const render = (add: (chart: Chart) => void) => {
  const chart = new Chart(new App(), "chart", { disableResourceNameHashes: true });
  add(chart);
  return chart.toJson() as unknown[];
};

test("a core kind renders under the API's own names, with plain values for quantities and enums", () => {
  const [service] = render((chart) => {
    const ports = [{ port: 80, targetPort: IntOrString.fromString("http") }];
    new KubeService(chart, "service", {
      metadata: { name: "chat" },
      spec: { type: ServiceSpecType.CLUSTER_IP, clusterIp: "None", ports },
    });
  });
  expect(service).toEqual({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "chat" },
    spec: { type: "ClusterIP", clusterIP: "None", ports: [{ port: 80, targetPort: "http" }] },
  });
});

// These two fields are why there are generated classes beside cdk8s-plus-28, which ends at Kubernetes 1.28.
test("fields that came after Kubernetes 1.28 are there", () => {
  const [deployment, service] = render((chart) => {
    const resources = { limits: { cpu: Quantity.fromNumber(1), memory: Quantity.fromString("1Gi") } };
    const containers = [{ name: "chat", lifecycle: { preStop: { sleep: { seconds: 5 } } }, resources }];
    new KubeDeployment(chart, "deployment", {
      metadata: { name: "a" },
      spec: { selector: {}, template: { spec: { containers } } },
    });
    new KubeService(chart, "service", { metadata: { name: "b" }, spec: { trafficDistribution: "PreferSameZone" } });
  });
  const container = {
    name: "chat",
    lifecycle: { preStop: { sleep: { seconds: 5 } } },
    resources: { limits: { cpu: 1, memory: "1Gi" } },
  };
  expect(deployment).toMatchObject({ spec: { template: { spec: { containers: [container] } } } });
  expect(service).toMatchObject({ spec: { trafficDistribution: "PreferSameZone" } });
});

test("what has no schema goes through as it is", () => {
  const valuesObject = { clusterIP: { a_b: [1, "two"] } };
  const [application] = render((chart) => {
    const source = { repoUrl: "https://example.org", helm: { valuesObject } };
    new Application(chart, "application", { metadata: { name: "a" }, spec: { project: "p", destination: {}, source } });
  });
  expect(application).toMatchObject({ spec: { source: { repoURL: "https://example.org", helm: { valuesObject } } } });
});
