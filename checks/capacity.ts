import { type ServerType, serverTypes } from "../config/hetzner.ts";
import { argocdNamespace } from "../constructs/argocd-configuration.ts";
import type { Manifest } from "../render/manifest.ts";
import { releases } from "./apps.ts";
import { podTemplates } from "./pods.ts";
import { parseQuantity } from "./quantity.ts";
import { type Amount, add, nothing, requestsOf } from "./requests.ts";
import { chartSurge, replicasOf, rollOutOf } from "./roll-out.ts";
import { oncePerTree, type Tree } from "./tree.ts";

/**
 * Static pods of a control plane: API server 250m, controller manager 200m, scheduler 100m, etcd 100m and 100Mi
 * (kubernetes cmd/kubeadm/app/phases/controlplane/manifests.go and phases/etcd/local.go).
 */
const controlPlane: Amount = { cpuCores: 0.65, memoryBytes: 100 * 2 ** 20 };

/** kubeadm's two CoreDNS pods, 100m and 70Mi each (kubernetes cmd/kubeadm/app/phases/addons/dns/manifests.go). */
const coreDns: Amount = { cpuCores: 0.2, memoryBytes: 140 * 2 ** 20 };

/**
 * What Linux sees of the memory that is sold: 3,907,112 KiB of 4 GiB (kube-hetzner/terraform-hcloud-kube-hetzner#1248).
 */
const visibleShare = 3_907_112 / (4 * 2 ** 20);

/** The kubelet keeps this free: evictionHard, memory.available (Kubernetes docs, node-pressure-eviction). */
const evictionBytes = 100 * 2 ** 20;

/** Pods that ask for room on the servers. */
export interface Demand {
  /** Where a finding about them is attached: their workload, or the Application of their Helm chart. */
  readonly manifest: Manifest | undefined;
  readonly field: string;
  readonly name: string;
  readonly each: Amount;
  readonly total: Amount;
}

export interface Capacity {
  /** What each server that runs workloads has left for pods that are not on every server. */
  readonly servers: readonly { readonly name: string; readonly free: Amount }[];
  readonly demands: readonly Demand[];
}

/**
 * Room on the servers, and who asks for it: every replica, and the surge of every roll-out, those of Helm charts
 * too, for one commit may touch all.
 */
export const capacityOf = oncePerTree((tree): Capacity => {
  const { everywhere, demands } = demandsOf(tree);
  const servers = tree.environment.servers
    .filter(({ runsWorkloads }) => runsWorkloads)
    .map(({ name, type, role }) => {
      const reserved = add(everywhere, role === "control-plane" ? controlPlane : nothing);
      return { name, free: add(sizeOf(type), reserved, -1) };
    });
  return { servers, demands };
});

function sizeOf(type: ServerType): Amount {
  const { cpuCores, memoryGib } = serverTypes[type];
  return { cpuCores, memoryBytes: memoryGib * 2 ** 30 * visibleShare - evictionBytes };
}

function demandsOf(tree: Tree): { everywhere: Amount; demands: Demand[] } {
  let everywhere = nothing;
  const demands: Demand[] = [
    { manifest: undefined, field: "", name: "CoreDNS", each: add(nothing, coreDns, 0.5), total: coreDns },
  ];
  for (const pod of podTemplates(tree)) {
    const { manifest, spec, specField } = pod;
    const each = requestsOf(spec);
    if (manifest.object.kind === "DaemonSet") everywhere = add(everywhere, each);
    else {
      const replicas = replicasOf(tree, pod);
      const total = add(nothing, each, replicas + rollOutOf(pod, replicas).surge);
      const name = `${manifest.object.kind} ${manifest.object.metadata.name}`;
      demands.push({ manifest, field: `${specField}.containers`, name, each, total });
    }
  }
  for (const { app, release } of releases(tree)) {
    const manifest = tree.find("Application", argocdNamespace, app.name);
    for (const { name, replicas, requests } of release.workloads) {
      const each = { cpuCores: parseQuantity(requests.cpu) ?? 0, memoryBytes: parseQuantity(requests.memory) ?? 0 };
      if (replicas === "every-server") everywhere = add(everywhere, each);
      else
        demands.push({ manifest, field: "", name, each, total: add(nothing, each, replicas + chartSurge(replicas)) });
    }
  }
  return { everywhere, demands };
}
