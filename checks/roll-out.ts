import { fieldsOf } from "./kinds.ts";
import type { PodTemplate } from "./pods.ts";
import { oncePerTree, type Tree } from "./tree.ts";

const maxReplicas = oncePerTree((tree) => {
  const highest = new Map<string, number>();
  for (const manifest of tree.ofKind("HorizontalPodAutoscaler")) {
    const { scaleTargetRef, maxReplicas = 1 } = fieldsOf(manifest, "HorizontalPodAutoscaler").spec ?? {};
    const { namespace } = manifest.object.metadata;
    highest.set(`${scaleTargetRef?.kind} ${namespace ?? ""} ${scaleTargetRef?.name}`, maxReplicas);
  }
  return highest;
});

/**
 * How many pods of a template there can be outside a roll-out: an autoscaler's maximum, else `spec.replicas`, else 1.
 */
export function replicasOf(tree: Tree, { manifest, namespace }: PodTemplate): number {
  const { kind, metadata } = manifest.object;
  if (kind !== "Deployment" && kind !== "StatefulSet" && kind !== "ReplicaSet") return 1;
  const { replicas = 1 } = fieldsOf(manifest, "Deployment").spec ?? {};
  return maxReplicas(tree).get(`${kind} ${namespace} ${metadata.name}`) ?? replicas;
}

export interface RollOut {
  readonly recreates: boolean;
  /** Pods beyond `replicas` while it lasts. */
  readonly surge: number;
  /** Pods that may be missing while it lasts. */
  readonly unavailable: number;
}

/**
 * What a Deployment's roll-out may do with that many replicas: 25% of each unless stated, a surge rounded up, the missing
 * rounded down, and never both zero (Kubernetes docs, concepts/workloads/controllers/deployment).
 */
export function rollOutOf({ manifest }: PodTemplate, replicas: number): RollOut {
  if (manifest.object.kind !== "Deployment") return { recreates: false, surge: 0, unavailable: Math.min(1, replicas) };
  const { type = "RollingUpdate", rollingUpdate = {} } = fieldsOf(manifest, "Deployment").spec?.strategy ?? {};
  if (type === "Recreate") return { recreates: true, surge: 0, unavailable: replicas };
  const surge = share(rollingUpdate.maxSurge ?? "25%", replicas, Math.ceil);
  const unavailable = share(rollingUpdate.maxUnavailable ?? "25%", replicas, Math.floor);
  return { recreates: false, surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

/**
 * Pods that the roll-out of a Helm chart's workload may add: a Deployment's default, 25% rounded up. A chart's values do
 * not tell a Deployment from a StatefulSet, which adds none, so this is the most.
 */
export function chartSurge(replicas: number): number {
  return share("25%", replicas, Math.ceil);
}

/** A count, or a percentage of the replicas. */
export function share(value: number | string, replicas: number, round: (count: number) => number): number {
  const percentage = /^(\d+)%$/.exec(String(value))?.[1];
  return percentage === undefined ? Number(value) : round((Number(percentage) * replicas) / 100);
}
