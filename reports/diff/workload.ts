import { share } from "../../checks/roll-out.ts";
import type { KubernetesObject } from "../../render/manifest.ts";
import { type FieldChange, liesIn } from "./field-change.ts";
import { at } from "./object-field.ts";
import type { ObjectChange } from "./platform-change.ts";
import type { Side, Surroundings } from "./surroundings.ts";

const workloads = new Set(["DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"]);

/** Whether an object keeps pods running. */
export function isWorkload(object: KubernetesObject): boolean {
  return workloads.has(object.kind);
}

/** The changed fields for which Kubernetes replaces the running pods of a workload; none when it does not. */
export function restartingFields({ before, after, fields }: ObjectChange): readonly FieldChange[] {
  if (!before || !after || !isWorkload(after) || after.kind === "ReplicaSet") return [];
  if (at(after, "spec.paused") === true || at(after, "spec.updateStrategy.type") === "OnDelete") return [];
  return fields.filter(({ path, idle }) => idle === undefined && liesIn(path, ["spec.template"]));
}

/** How many pods there are at least while a change is rolled out; undefined for one on every server. */
export function replicasDuring({ environment, before, after }: ObjectChange, around: Surroundings): number | undefined {
  if (!before || !after || after.kind === "DaemonSet") return undefined;
  return Math.min(replicasOf(environment, before, around), replicasOf(environment, after, around));
}

function replicasOf(environment: string, object: KubernetesObject, { after }: Surroundings): number {
  const scaler = scalerOf(environment, object, after);
  return Number((scaler ? at(scaler, "spec.minReplicas") : at(object, "spec.replicas")) ?? 1);
}

/** The autoscaler that sets how many pods an object has. */
export function scalerOf(environment: string, object: KubernetesObject, side: Side): KubernetesObject | undefined {
  const { kind, metadata } = object;
  return side
    .ofKind(environment, "HorizontalPodAutoscaler")
    .map((one) => one.object)
    .find(
      (one) =>
        one.metadata.namespace === metadata.namespace &&
        at(one, "spec.scaleTargetRef.kind") === kind &&
        at(one, "spec.scaleTargetRef.name") === metadata.name,
    );
}

/** Why no pod is left for a moment when the pods of a workload are replaced; undefined when some always serve. */
export function gapOf(change: ObjectChange, around: Surroundings): string | undefined {
  const replicas = replicasDuring(change, around);
  const { after } = change;
  if (!after || replicas === undefined || replicas === 0) return undefined;
  if (after.kind === "StatefulSet") {
    return replicas === 1 ? "its only pod stops before the next one starts" : undefined;
  }
  if (at(after, "spec.strategy.type") === "Recreate") {
    return "strategy Recreate stops every pod before a new one starts";
  }
  const bound = (field: string, round: (count: number) => number) => {
    const value = at(after, `spec.strategy.rollingUpdate.${field}`) ?? "25%";
    return share(typeof value === "number" ? value : String(value), replicas, round);
  };
  const unavailable = bound("maxUnavailable", Math.floor);
  // Kubernetes takes one away when both are zero: nothing could ever move (apps/v1 Deployment, maxUnavailable).
  const missing = unavailable === 0 && bound("maxSurge", Math.ceil) === 0 ? 1 : unavailable;
  return missing < replicas ? undefined : `maxUnavailable lets all ${replicas} of its pods be missing at once`;
}
