import { selects } from "../../../checks/labels.ts";
import type { LabelSelector, StringMap } from "../../../checks/pod-spec.ts";
import { parseQuantity } from "../../../checks/quantity.ts";
import type { KubernetesObject } from "../../../render/manifest.ts";
import { type FieldChange, fieldOf, showPath } from "../field-change.ts";
import { at, entry, itemsAt, textsAt } from "../object-field.ts";
import { subject } from "../platform-change.ts";
import type { RiskRule } from "../risk.ts";
import { isWorkload } from "../workload.ts";

/** Changes an immutable field: the API server refuses the object. */
export const immutableField: RiskRule = {
  id: "immutable-field",
  meaning: "The API server refuses the change, so the sync fails until someone steps in.",
  advice: "Follow the remedy that stands beside it.",
  judge(change) {
    const { before, after, fields } = change;
    if (!before || !after) return [];
    const refused = fields.filter((field) => field.idle === undefined && isImmutable(before, after, field));
    if (refused.length === 0) return [];
    const names = [...new Set(refused.map(({ path }) => showPath(path)))];
    return [
      { why: `${names.join(", ")} cannot change: Argo CD will fail`, remedy: remedyOf(subject(change), refused) },
    ];
  },
};

const podLabels = "spec.template.metadata.labels";

/** Fields that updates leave alone (kubernetes v1.36 pkg/apis, the validation of each group); what lies inside them included. */
const fixed: Readonly<Record<string, RegExp>> = {
  ClusterRoleBinding: /^roleRef\b/,
  CustomResourceDefinition: /^spec\.(scope|group|names\.(plural|kind|singular))\b/,
  DaemonSet: /^spec\.selector\b/,
  Deployment: /^spec\.selector\b/,
  IngressClass: /^spec\.controller\b/,
  Job: /^spec\.(selector|template|completionMode|manualSelector|podFailurePolicy|successPolicy|backoffLimitPerIndex|managedBy|podReplacementPolicy|completions)\b/,
  PersistentVolume:
    /^spec\.(?!(persistentVolumeReclaimPolicy|capacity|accessModes|mountOptions|claimRef|nodeAffinity|storageClassName|volumeAttributesClassName)\b)/,
  PersistentVolumeClaim: /^spec\.(?!(resources|volumeAttributesClassName)\b)/,
  Pod: /^spec\.(?!(activeDeadlineSeconds|terminationGracePeriodSeconds|tolerations|schedulingGates|(initContainers|containers)\[\]\.image)\b)/,
  PriorityClass: /^(value|preemptionPolicy)\b/,
  ReplicaSet: /^spec\.selector\b/,
  ResourceQuota: /^spec\.(scopes|scopeSelector)\b/,
  RoleBinding: /^roleRef\b/,
  RuntimeClass: /^handler\b/,
  Secret: /^type\b/,
  StatefulSet:
    /^spec\.(?!(replicas|ordinals|template|updateStrategy|revisionHistoryLimit|persistentVolumeClaimRetentionPolicy|minReadySeconds)\b)/,
  StorageClass: /^(parameters|provisioner|reclaimPolicy|volumeBindingMode)\b/,
  VolumeAttributesClass: /^(driverName|parameters)\b/,
};

function isImmutable(before: KubernetesObject, after: KubernetesObject, { path, before: was, after: is }: FieldChange) {
  const field = fieldOf(path);
  const { kind } = after;
  if (entry(fixed, kind)?.test(field)) return true;
  if (field.startsWith(podLabels) && isWorkload(after)) {
    const labels = (at(after, podLabels) ?? {}) as StringMap;
    return !selects(at(after, "spec.selector") as LabelSelector | undefined, labels);
  }
  switch (kind) {
    case "CustomResourceDefinition":
      return field.startsWith("spec.versions[]") && !keepsStored(before, after);
    case "ConfigMap":
    case "Secret":
      return before.immutable === true && /^(data|binaryData|stringData|immutable)\b/.test(field);
    case "PersistentVolumeClaim":
      return (
        field === "spec.resources.requests.storage" && (parseQuantity(text(is)) ?? 0) < (parseQuantity(text(was)) ?? 0)
      );
    case "Service":
      if (field.startsWith("spec.ipFamilies")) return hasOtherFamily(before, after);
      // An address that is taken away stays as it is, which no sync ever mends; one that is asked for is refused.
      return /^spec\.(clusterIPs?|loadBalancerClass)\b/.test(field) && at(before, "spec.type") !== "ExternalName";
    default:
      return false;
  }
}

/** Whether objects that are stored stay readable: in the version that they were stored in, and one to store new ones in. */
function keepsStored(before: KubernetesObject, after: KubernetesObject): boolean {
  const versions = itemsAt(after, "spec.versions");
  const stored = itemsAt(before, "spec.versions").filter(({ storage }) => storage === true);
  return (
    versions.some(({ storage }) => storage === true) &&
    stored.every(({ name }) => versions.some((version) => version.name === name))
  );
}

/** A second family may come and go; the first one stays. */
function hasOtherFamily(before: KubernetesObject, after: KubernetesObject): boolean {
  const [was, is] = [before, after].map((object) => textsAt(object, "spec.ipFamilies")[0]);
  return was !== undefined && is !== undefined && was !== is;
}

/** How to proceed, by what goes when the object is made anew. */
function remedyOf(object: KubernetesObject, refused: readonly FieldChange[]): string {
  const { kind } = object;
  const { name, namespace } = object.metadata;
  if (isWorkload(object) && refused.every(({ path }) => fieldOf(path).startsWith(podLabels))) {
    return "Give the pods every label of spec.selector.";
  }
  const target = `${kind.toLowerCase()} ${name}${namespace === undefined ? "" : ` --namespace ${namespace}`}`;
  switch (kind) {
    case "Deployment":
    case "DaemonSet":
    case "ReplicaSet":
      return `Give it a new name, so that both run side by side; or \`kubectl delete ${target}\`, an outage until the next sync.`;
    case "StatefulSet":
      return refused.some(({ path }) => fieldOf(path).startsWith("spec.selector"))
        ? `\`kubectl delete ${target}\`: its claims stay unless they are to go with it, and the next sync makes it anew.`
        : `\`kubectl delete ${target} --cascade=orphan\`, then sync: pods and claims stay, and existing claims keep what they have.`;
    case "PersistentVolumeClaim":
    case "PersistentVolume":
      return "Make a second claim under another name, copy the data, then move the pods to it.";
    case "StorageClass":
      return `Give the class a new name; or \`kubectl delete ${target}\` and sync: volumes that exist keep what they have.`;
    case "ConfigMap":
    case "Secret":
      return "Give it a new name and let the pods refer to that.";
    case "Job":
      return `\`kubectl delete ${target}\` once it has ended, or give it a new name.`;
    case "Service":
      return `\`kubectl delete ${target}\` and sync: it gets another address, and connections break meanwhile.`;
    case "RoleBinding":
    case "ClusterRoleBinding":
      return `Give it a new name; or \`kubectl delete ${target}\` and sync: the rights are gone meanwhile.`;
    case "CustomResourceDefinition":
      if (refused.every(({ path }) => fieldOf(path).startsWith("spec.versions[]"))) {
        return "Keep the version, not served, until its objects are stored in another one and status.storedVersions says so.";
      }
      return "Make a new definition under another name and move the objects: deleting this one deletes all of its kind.";
    default:
      return `Give it a new name; or \`kubectl delete ${target}\` and sync.`;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}
