import type { Manifest } from "../../render/manifest.ts";
import { keyed } from "../field.ts";
import { fieldsOf } from "../kinds.ts";
import { isLabelKey, isLabelValue } from "../names.ts";
import type { StringMap } from "../pod-spec.ts";
import { podTemplates } from "../pods.ts";
import { defineRule, type Violation } from "../rule.ts";

const withSelector = ["Deployment", "StatefulSet", "DaemonSet", "PodDisruptionBudget"] as const;

export default defineRule({
  id: "label-value",
  severity: "error",
  why: "The API server refuses the object: a label holds at most 63 letters, digits, hyphens, underscores and dots.",
  fix: "Shorten the label, or keep the text in an annotation.",
  check: function* (tree) {
    for (const manifest of tree.manifests) yield* labels(manifest, "metadata.labels", manifest.object.metadata.labels);
    for (const pod of podTemplates(tree)) {
      // The labels of a Pod are those of the object.
      if (pod.manifest.object.kind !== "Pod") yield* labels(pod.manifest, `${pod.metadataField}.labels`, pod.labels);
    }
    for (const manifest of tree.ofKind("Service")) {
      yield* labels(manifest, "spec.selector", fieldsOf(manifest, "Service").spec?.selector);
    }
    for (const kind of withSelector) {
      for (const manifest of tree.ofKind(kind)) {
        yield* labels(manifest, "spec.selector.matchLabels", fieldsOf(manifest, kind).spec?.selector?.matchLabels);
      }
    }
  },
});

function* labels(manifest: Manifest, field: string, stated: StringMap | undefined): Generator<Violation> {
  for (const [key, value] of Object.entries(stated ?? {})) {
    if (!isLabelKey(key)) yield { manifest, field: keyed(field, key), found: `the label key ${JSON.stringify(key)}` };
    if (!isLabelValue(value)) {
      yield { manifest, field: keyed(field, key), found: `the label value ${JSON.stringify(value)}` };
    }
  }
}
