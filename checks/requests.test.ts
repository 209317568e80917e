import { expect, test } from "vitest";
import type { Container } from "./pod-spec.ts";
import { limitsOf, requestsOf } from "./requests.ts";

function container(cpu: string, more: Partial<Container> = {}): Container {
  return { resources: { requests: { cpu } }, ...more };
}

const cpuOf = (spec: Parameters<typeof requestsOf>[0]) => requestsOf(spec).cpuCores;

test("containers add up, and sidecars with them", () => {
  const initContainers = [container("50m", { restartPolicy: "Always" })];
  expect(cpuOf({ initContainers, containers: [container("100m"), container("200m")] })).toBeCloseTo(0.35);
});

// Init containers run one after the other, each beside the sidecars that were started before it.
test("a large init container counts instead of the rest, not on top of it", () => {
  const containers = [container("100m")];
  expect(cpuOf({ initContainers: [container("1"), container("500m")], containers })).toBe(1);
  const sidecar = container("50m", { restartPolicy: "Always" });
  expect(cpuOf({ initContainers: [sidecar, container("1")], containers })).toBeCloseTo(1.05);
});

test("without a request the limit counts, then the namespace's default", () => {
  const limited: Container = { resources: { limits: { memory: "1Gi" } } };
  expect(requestsOf({ containers: [limited, {}] }, { memory: "64Mi" }).memoryBytes).toBe(1088 * 2 ** 20);
  expect(limitsOf({ containers: [limited, container("1")] }, { memory: "128Mi" }).memoryBytes).toBe(1152 * 2 ** 20);
});
