import { chartNamespaces } from "../apps.ts";
import { containersOf, type PodTemplate, podTemplates } from "../pods.ts";
import { defineRule } from "../rule.ts";

/** A ConfigMap that Kubernetes itself puts into every namespace. */
const rootCertificates = "kube-root-ca.crt";

interface Reference {
  readonly kind: string;
  readonly name: string;
  readonly field: string;
}

export default defineRule({
  id: "reference-missing",
  severity: "error",
  why: "The pod waits for it and never starts.",
  fix: "Render the object in the pod's namespace, or correct the name. A Secret made by hand is not looked for.",
  check: function* (tree) {
    for (const pod of podTemplates(tree)) {
      // A Helm chart may bring it along.
      if (chartNamespaces(tree).has(pod.namespace)) continue;
      for (const { kind, name, field } of referencesOf(pod)) {
        if (tree.find(kind, pod.namespace, name) === undefined) {
          yield {
            manifest: pod.manifest,
            field,
            found: `the ${kind} ${name}, which is not rendered in ${pod.namespace}`,
          };
        }
      }
    }
  },
});

function* referencesOf(pod: PodTemplate): Generator<Reference> {
  const { spec, specField } = pod;
  if (spec.serviceAccountName !== undefined && spec.serviceAccountName !== "default") {
    yield { kind: "ServiceAccount", name: spec.serviceAccountName, field: `${specField}.serviceAccountName` };
  }
  for (const [i, { configMap, persistentVolumeClaim }] of (spec.volumes ?? []).entries()) {
    const field = `${specField}.volumes[${i}]`;
    if (persistentVolumeClaim) {
      yield {
        kind: "PersistentVolumeClaim",
        name: persistentVolumeClaim.claimName ?? "",
        field: `${field}.persistentVolumeClaim.claimName`,
      };
    }
    yield* configMapOf(configMap, `${field}.configMap.name`);
  }
  for (const { container, field } of containersOf(pod)) {
    for (const [i, { configMapRef }] of (container.envFrom ?? []).entries()) {
      yield* configMapOf(configMapRef, `${field}.envFrom[${i}].configMapRef.name`);
    }
    for (const [i, { valueFrom }] of (container.env ?? []).entries()) {
      yield* configMapOf(valueFrom?.configMapKeyRef, `${field}.env[${i}].valueFrom.configMapKeyRef.name`);
    }
  }
}

function* configMapOf(
  reference: { readonly name?: string; readonly optional?: boolean } | undefined,
  field: string,
): Generator<Reference> {
  if (reference?.name === undefined || reference.optional === true || reference.name === rootCertificates) return;
  yield { kind: "ConfigMap", name: reference.name, field };
}
