import { expect, test } from "vitest";
import { helmResources, podRequests } from "./helm-resources.ts";

// Argo CD compares with what the API server returns, which is the shortest spelling: "1024Mi" would differ for ever.
test("quantities are written as the API server returns them", () => {
  expect(helmResources({ cpuMillicores: 2000, memoryMib: 1024, memoryLimitMib: 1536 })).toEqual({
    requests: { cpu: "2", memory: "1Gi" },
    limits: { memory: "1536Mi" },
  });
});

// The scheduler sets aside the sum, so a pod whose side containers were left out would not fit where it was planned.
test("a pod requests what its containers request together", () => {
  const driver = { cpuMillicores: 990, memoryMib: 1000, memoryLimitMib: 2000 };
  const sidecar = { cpuMillicores: 5, memoryMib: 12, memoryLimitMib: 96 };
  expect(podRequests(driver, sidecar, sidecar)).toEqual({ cpu: "1", memory: "1Gi" });
});
