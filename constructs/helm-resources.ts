import type { Workload } from "./app.ts";

/** What one container of a Helm chart is given. */
export interface ContainerSize {
  readonly cpuMillicores: number;
  readonly memoryMib: number;
  /** Protects the neighbours on the server; there is no CPU limit, as in constructs/pod-defaults.ts. */
  readonly memoryLimitMib: number;
}

/** `resources` of a container, as every chart passes them on to the pod. */
export interface HelmResources {
  readonly requests: { readonly cpu: string; readonly memory: string };
  readonly limits: { readonly memory: string };
}

export function helmResources({ cpuMillicores, memoryMib, memoryLimitMib }: ContainerSize): HelmResources {
  return {
    requests: { cpu: formatMillicores(cpuMillicores), memory: formatMib(memoryMib) },
    limits: { memory: formatMib(memoryLimitMib) },
  };
}

/** What the scheduler sets aside for a pod of these containers. */
export function podRequests(...containers: readonly ContainerSize[]): Workload["requests"] {
  const sum = (of: (size: ContainerSize) => number) => containers.reduce((total, size) => total + of(size), 0);
  return { cpu: formatMillicores(sum((size) => size.cpuMillicores)), memory: formatMib(sum((size) => size.memoryMib)) };
}

// Canonical, as the API server returns them: any other spelling is a difference that Argo CD never gets rid of
// (argo-cd v3.5 docs/faq.md).
function formatMillicores(millicores: number): string {
  return millicores % 1000 === 0 ? String(millicores / 1000) : `${millicores}m`;
}

function formatMib(mib: number): string {
  return mib % 1024 === 0 ? `${mib / 1024}Gi` : `${mib}Mi`;
}
