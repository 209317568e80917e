import { containersOf, type PodTemplate, podTemplates } from "../pods.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "config-roll-out",
  severity: "warning",
  why: "Pods read a ConfigMap when they start: a changed setting reaches nobody until somebody restarts them by hand.",
  fix: "Add configHash of the same data to the annotations of the pod template.",
  check: function* (tree) {
    for (const pod of podTemplates(tree)) {
      if (!pod.endless || Object.keys(pod.annotations).some((name) => name.startsWith("checksum/"))) continue;
      const names = configMapsOf(pod).filter((name) => tree.find("ConfigMap", pod.namespace, name) !== undefined);
      if (names.length > 0) {
        yield {
          manifest: pod.manifest,
          field: `${pod.metadataField}.annotations`,
          found: `the ConfigMap ${names[0]} without a checksum in the pod template`,
        };
      }
    }
  },
});

function configMapsOf(pod: PodTemplate): string[] {
  const references = [
    ...(pod.spec.volumes ?? []).map(({ configMap }) => configMap),
    ...containersOf(pod).flatMap(({ container }) => [
      ...(container.envFrom ?? []).map(({ configMapRef }) => configMapRef),
      ...(container.env ?? []).map(({ valueFrom }) => valueFrom?.configMapKeyRef),
    ]),
  ];
  return references.flatMap((reference) => (reference?.name === undefined ? [] : [reference.name]));
}
