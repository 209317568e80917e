import type { Chart } from "cdk8s";
import { defineApp, type NamespaceDeclaration } from "../constructs/app.ts";
import { argocdNamespace } from "../constructs/argocd-configuration.ts";
import { compilePolicies } from "../constructs/network-policies.ts";
import { KubeLimitRange, KubeNamespace, KubeNetworkPolicy, KubeResourceQuota, Quantity } from "../imports/k8s.ts";

/** What every app declares about its namespace, turned into objects: nobody writes a NetworkPolicy by hand. */
export default defineApp({
  name: "namespaces",
  namespace: argocdNamespace,
  summary: "Namespaces with Pod Security, quotas, limits and the network policies compiled from the declared flows",
  dependsOn: [],
  render(chart, { environment, pins, declared }) {
    for (const namespace of declared.namespaces) addNamespace(chart, namespace, pins.kubernetes);
    for (const { namespace, name, spec } of compilePolicies(environment, declared.namespaces, declared.flows)) {
      new KubeNetworkPolicy(chart, `policy-${namespace}-${name}`, { metadata: { name, namespace }, spec });
    }
  },
});

function addNamespace(chart: Chart, { name, podSecurity, quota }: NamespaceDeclaration, kubernetes: string): void {
  const level = podSecurity === "restricted" ? podSecurity : podSecurity.level;
  // Pinned to the cluster's minor version: a newer standard must not refuse pods in the middle of an upgrade.
  const version = `v${kubernetes.split(".").slice(0, 2).join(".")}`;
  new KubeNamespace(chart, `namespace-${name}`, {
    metadata: {
      name,
      labels: {
        "pod-security.kubernetes.io/enforce": level,
        "pod-security.kubernetes.io/enforce-version": version,
        "pod-security.kubernetes.io/warn": level,
        "pod-security.kubernetes.io/warn-version": version,
      },
      ...(podSecurity === "restricted" ? {} : { annotations: { "platform/pod-security-reason": podSecurity.why } }),
    },
  });
  if (!quota) return;
  new KubeResourceQuota(chart, `quota-${name}`, {
    metadata: { name: "quota", namespace: name },
    spec: {
      hard: {
        "requests.cpu": Quantity.fromString(quota.cpuRequests),
        "requests.memory": Quantity.fromString(quota.memoryRequests),
        "limits.memory": Quantity.fromString(quota.memoryLimits),
        pods: Quantity.fromString(String(quota.pods)),
      },
    },
  });
  // A quota refuses pods that state no figures; these are for the small helpers that state none.
  new KubeLimitRange(chart, `limits-${name}`, {
    metadata: { name: "limits", namespace: name },
    spec: {
      limits: [
        {
          type: "Container",
          defaultRequest: { cpu: Quantity.fromString("10m"), memory: Quantity.fromString("64Mi") },
          default: { memory: Quantity.fromString("128Mi") },
        },
      ],
    },
  });
}
