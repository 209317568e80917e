import { challengedHosts } from "./acme.ts";
import { releases } from "./apps.ts";
import { fieldsOf } from "./kinds.ts";
import type { Quantities } from "./pod-spec.ts";
import { podTemplates } from "./pods.ts";
import { parseQuantity } from "./quantity.ts";
import { type Amount, limitsOf, nothing, requestsOf } from "./requests.ts";
import { chartSurge, replicasOf, rollOutOf } from "./roll-out.ts";
import { oncePerTree, type Tree } from "./tree.ts";

/** What the pods of a namespace may add up to, by the names of a ResourceQuota. */
export interface Usage {
  pods: number;
  "requests.cpu": number;
  "requests.memory": number;
  "limits.cpu": number;
  "limits.memory": number;
}

/** What cert-manager gives a solver pod (v1.21.1 internal/apis/config/controller/v1alpha1/defaults.go). */
const solver: Usage = {
  pods: 1,
  "requests.cpu": 0.01,
  "requests.memory": 64 * 2 ** 20,
  "limits.cpu": 0.1,
  "limits.memory": 64 * 2 ** 20,
};

const none: Usage = { pods: 0, "requests.cpu": 0, "requests.memory": 0, "limits.cpu": 0, "limits.memory": 0 };
const usageKeys = Object.keys(none) as (keyof Usage)[];

/** Short names that a quota may use for requests (Kubernetes docs, concepts/policy/resource-quotas). */
const aliases: Readonly<Record<string, keyof Usage>> = { cpu: "requests.cpu", memory: "requests.memory" };

/** The figure of a usage that an entry of a quota bounds, if it is one of pods. */
export function quotaKey(name: string): keyof Usage | undefined {
  return aliases[name] ?? usageKeys.find((key) => key === name);
}

/** What a namespace's LimitRanges add to a container that states nothing. */
export function defaultsOf(
  tree: Tree,
  namespace: string,
): { readonly requests: Quantities; readonly limits: Quantities } {
  const limits = tree
    .inNamespace("LimitRange", namespace)
    .flatMap((manifest) => fieldsOf(manifest, "LimitRange").spec?.limits ?? [])
    .filter(({ type }) => type === "Container");
  const merged = (name: "default" | "defaultRequest") =>
    Object.assign({}, ...limits.map((one) => one[name] ?? {})) as Quantities;
  return { requests: { ...merged("default"), ...merged("defaultRequest") }, limits: merged("default") };
}

/**
 * The most that the pods of each namespace may use at once: every replica and the surge of roll-outs, those of Helm charts
 * too, and one solver for each host that has a certificate.
 */
export const usageByNamespace = oncePerTree((tree): ReadonlyMap<string, Usage> => {
  const usages = new Map<string, Usage>();
  const add = (namespace: string, one: Usage, count: number) => {
    const sum = usages.get(namespace) ?? { ...none };
    for (const key of usageKeys) sum[key] += one[key] * count;
    usages.set(namespace, sum);
  };
  const servers = tree.environment.servers.length;
  for (const pod of podTemplates(tree)) {
    const defaults = defaultsOf(tree, pod.namespace);
    const replicas = pod.manifest.object.kind === "DaemonSet" ? servers : replicasOf(tree, pod);
    const one = usageOf(requestsOf(pod.spec, defaults.requests), limitsOf(pod.spec, defaults.limits));
    add(pod.namespace, one, replicas + rollOutOf(pod, replicas).surge);
  }
  for (const { app, release } of releases(tree)) {
    for (const { replicas, requests } of release.workloads) {
      const asked = { cpuCores: parseQuantity(requests.cpu) ?? 0, memoryBytes: parseQuantity(requests.memory) ?? 0 };
      // The limits of a chart's pods are not known here.
      add(
        app.namespace,
        usageOf(asked, nothing),
        replicas === "every-server" ? servers : replicas + chartSurge(replicas),
      );
    }
  }
  for (const [namespace, hosts] of challengedHosts(tree)) add(namespace, solver, hosts.size);
  return usages;
});

function usageOf(requests: Amount, limits: Amount): Usage {
  return {
    pods: 1,
    "requests.cpu": requests.cpuCores,
    "requests.memory": requests.memoryBytes,
    "limits.cpu": limits.cpuCores,
    "limits.memory": limits.memoryBytes,
  };
}
