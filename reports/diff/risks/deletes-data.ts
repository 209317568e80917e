import type { KubernetesObject } from "../../../render/manifest.ts";
import { fateOf, hasOption, isCascading } from "../deletion.ts";
import { type FieldChange, fieldOf, showPath } from "../field-change.ts";
import { chartValueOf, isHelmApplication } from "../helm-source.ts";
import { at, itemsAt } from "../object-field.ts";
import { type ObjectChange, subject } from "../platform-change.ts";
import type { RiskRule } from "../risk.ts";
import type { Side, Surroundings } from "../surroundings.ts";

/** Deletes data: volumes, or whole kinds and namespaces with all that is in them. */
export const deletesData: RiskRule = {
  id: "deletes-data",
  meaning: "Data goes that no `git revert` brings back, or leaves the reach of its pods.",
  advice: "Take a backup, and read what happens to the volume.",
  judge(change, around) {
    const { before, after, environment } = change;
    const lost = before && fateOf(change, around)?.deleted === true ? lostWith(before, environment, around) : [];
    const fields = before && after ? change.fields.flatMap((field) => lostBy(field, change)) : [];
    return [...lost, ...fields].map((why) => ({ why }));
  },
};

/** What goes with an object that Argo CD deletes. */
function lostWith(object: KubernetesObject, environment: string, around: Surroundings): string[] {
  const { kind, metadata } = object;
  switch (kind) {
    case "Application":
      return lostWithApplication(object, environment, around);
    case "CustomResourceDefinition":
      return [`every ${show(at(object, "spec.names.kind"))} in the cluster goes with its definition`];
    case "Namespace":
      return [lostWithNamespace(metadata.name, environment, around.before)];
    case "PersistentVolume":
    case "PersistentVolumeClaim":
      return ["its volume goes too, unless the reclaim policy retains it"];
    case "StatefulSet":
      return lostWithStatefulSet(object, environment, around.after);
    case "VolumeSnapshot":
      return ["the snapshot goes with it"];
    default:
      return [];
  }
}

function lostWithNamespace(name: string, environment: string, before: Side): string {
  const claims = ["PersistentVolumeClaim", "StatefulSet"]
    .flatMap((kind) => before.ofKind(environment, kind))
    .filter(({ object }) => object.metadata.namespace === name)
    .filter(({ object }) => object.kind !== "StatefulSet" || itemsAt(object, "spec.volumeClaimTemplates").length > 0)
    .map(({ object }) => `${object.kind} ${object.metadata.name}`);
  const known = claims.length > 0 ? `, with the claims of ${claims.join(", ")}` : "";
  return `everything in the namespace goes, the Secrets that are not in git included${known}`;
}

function lostWithApplication(object: KubernetesObject, environment: string, around: Surroundings): string[] {
  if (!isCascading(object)) return [];
  const { name } = object.metadata;
  if (isHelmApplication(object)) {
    const project = around.before.ofKind(environment, "AppProject").find((one) => one.object.metadata.name === name);
    const kinds = ["clusterResourceWhitelist", "namespaceResourceWhitelist"]
      .flatMap((list) => itemsAt(project?.object, `spec.${list}`))
      .map(({ kind }) => show(kind))
      .filter((kind) => /^(CustomResourceDefinition|Namespace|PersistentVolume|PersistentVolumeClaim|\*)$/.test(kind));
    if (project && kinds.length === 0) return [];
    return [`its finalizer deletes what its chart made, unless the chart keeps it: ${kinds.join(", ") || "any kind"}`];
  }
  // What is itself gone from git is judged by itself.
  return ["PersistentVolumeClaim", "PersistentVolume", "StatefulSet", "Namespace", "VolumeSnapshot"]
    .flatMap((kind) => around.after.ofKind(environment, kind))
    .filter((one) => one.app === name && !hasOption(one.object, "Delete=false"))
    .flatMap((one) =>
      lostWith(one.object, environment, around).map((why) => `${one.object.kind} ${one.object.metadata.name}: ${why}`),
    );
}

/** What goes because a field changes. */
function lostBy(field: FieldChange, change: ObjectChange): string[] {
  const object = subject(change);
  const { path, before, after } = field;
  const name = fieldOf(path);
  const item = path.findLast((step) => typeof step !== "string")?.item ?? "";
  switch (`${object.kind} ${name}`) {
    case "PersistentVolume spec.persistentVolumeReclaimPolicy":
    case "StorageClass reclaimPolicy":
    case "VolumeSnapshotClass deletionPolicy":
      return after === "Delete" ? [`${name} Delete: from now on the storage goes with its claim`] : [];
    case "StatefulSet spec.persistentVolumeClaimRetentionPolicy.whenDeleted":
      return after === "Delete" ? ["from now on its claims go with the StatefulSet"] : [];
    case "StatefulSet spec.persistentVolumeClaimRetentionPolicy.whenScaled":
      return after === "Delete" ? ["from now on a claim goes with each pod that is scaled away"] : [];
    case "StatefulSet spec.replicas":
      return at(object, "spec.persistentVolumeClaimRetentionPolicy.whenScaled") === "Delete" &&
        Number(after ?? 1) < Number(before ?? 1)
        ? ["whenScaled deletes the claims of the pods that go"]
        : [];
    case "StatefulSet spec.volumeClaimTemplates[]":
      return before !== undefined && after === undefined
        ? [`its pods no longer have the claim ${item}: what it holds is out of their reach`]
        : [];
  }
  if (/template\.spec\.volumes\[\](\.persistentVolumeClaim(\.claimName)?)?$/.test(name) && hadClaim(field)) {
    return [`its pods no longer have the claim of volume ${item}: what it holds is out of their reach`];
  }
  if (
    /template\.spec\.containers\[\]\.volumeMounts\[\](\.(subPath|subPathExpr|mountPath|name))?$/.test(name) &&
    tookClaimAway(field, change)
  ) {
    return [`its pods no longer have the claim at ${item}: what it holds is out of their reach`];
  }
  const value = object.kind === "Application" ? chartValueOf(field) : undefined;
  if (value === undefined) return [];
  if (/(^|\.)(persistence|persistent\w*|pvc|volumeClaim\w*|storageClass(Name)?)(\.|$)/i.test(value)) {
    return [`${showPath(path)} decides about a volume of the chart`];
  }
  return /(^|\.)(crds?\.(enabled|install|keep)|installCRDs)$/i.test(value) && after !== true
    ? ["the chart's definitions may go, and every object of their kinds with them"]
    : [];
}

function hadClaim({ path, before }: FieldChange): boolean {
  if (before === undefined) return false;
  return fieldOf(path).includes("persistentVolumeClaim") || Object(before).persistentVolumeClaim !== undefined;
}

/** Whether a mount of a claim went, or shows another part of it: mounts are told apart by their place, or by their volume. */
function tookClaimAway({ path, before, after }: FieldChange, { before: object }: ObjectChange): boolean {
  const isWhole = typeof path.at(-1) !== "string";
  if (isWhole && (before === undefined || after !== undefined)) return false;
  const key = path.findLast((step) => typeof step !== "string")?.item;
  const mounts = itemsAt(object, "spec.template.spec.containers").flatMap((container) =>
    Array.isArray(container.volumeMounts) ? (container.volumeMounts as { name?: string; mountPath?: string }[]) : [],
  );
  const volume = mounts.find(({ mountPath, name }) => mountPath === key || name === key)?.name;
  const claims = [
    ...itemsAt(object, "spec.volumeClaimTemplates").map(({ metadata }) => (metadata as { name?: string }).name),
    ...itemsAt(object, "spec.template.spec.volumes").flatMap((one) => (one.persistentVolumeClaim ? [one.name] : [])),
  ];
  return volume !== undefined && claims.includes(volume);
}

/** Its claims are named after it: one of the same name finds them again, one of another name begins empty. */
function lostWithStatefulSet(object: KubernetesObject, environment: string, after: Side): string[] {
  if (itemsAt(object, "spec.volumeClaimTemplates").length === 0) return [];
  if (at(object, "spec.persistentVolumeClaimRetentionPolicy.whenDeleted") === "Delete")
    return ["persistentVolumeClaimRetentionPolicy deletes its claims with it"];
  const { name, namespace } = object.metadata;
  const returns = after.find(environment, "StatefulSet", namespace, name) !== undefined;
  return returns ? [] : ["its claims stay, but no pod has them any more: what they hold is out of reach"];
}

function show(value: unknown): string {
  return typeof value === "string" ? value : "object";
}
