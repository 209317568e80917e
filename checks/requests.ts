import type { Container, PodSpec, Quantities } from "./pod-spec.ts";
import { parseQuantity } from "./quantity.ts";

/** CPU in cores and memory in bytes. */
export interface Amount {
  readonly cpuCores: number;
  readonly memoryBytes: number;
}

export const nothing: Amount = { cpuCores: 0, memoryBytes: 0 };

export function add(a: Amount, b: Amount, times = 1): Amount {
  return { cpuCores: a.cpuCores + b.cpuCores * times, memoryBytes: a.memoryBytes + b.memoryBytes * times };
}

/**
 * What the scheduler sets aside for a pod; `defaults` is what the namespace adds to a container that states nothing.
 */
export function requestsOf(spec: PodSpec, defaults: Quantities = {}): Amount {
  // Without a request the API server takes the limit, before the namespace's default is asked.
  return sumOf(spec, ({ requests = {}, limits = {} }) => ({ ...defaults, ...limits, ...requests }));
}

/** What the containers of a pod may use at most, where they state it or the namespace adds it. */
export function limitsOf(spec: PodSpec, defaults: Quantities = {}): Amount {
  return sumOf(spec, ({ limits = {} }) => ({ ...defaults, ...limits }));
}

/**
 * The sum of containers and sidecars, or more while an init container runs (Kubernetes docs,
 * concepts/workloads/pods/init-containers).
 */
function sumOf(spec: PodSpec, quantitiesOf: (resources: NonNullable<Container["resources"]>) => Quantities): Amount {
  const of = ({ resources = {} }: Container): Amount => {
    const { cpu, memory } = quantitiesOf(resources);
    return { cpuCores: parseQuantity(cpu) ?? 0, memoryBytes: parseQuantity(memory) ?? 0 };
  };
  let running = nothing;
  let highest = nothing;
  for (const container of spec.initContainers ?? []) {
    const during = add(running, of(container));
    highest = larger(highest, during);
    if (container.restartPolicy === "Always") running = during;
  }
  const steady = (spec.containers ?? []).reduce((sum, container) => add(sum, of(container)), running);
  return larger(highest, steady);
}

function larger(a: Amount, b: Amount): Amount {
  return { cpuCores: Math.max(a.cpuCores, b.cpuCores), memoryBytes: Math.max(a.memoryBytes, b.memoryBytes) };
}
