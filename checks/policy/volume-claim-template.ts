import { fieldsOf } from "../kinds.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "volume-claim-template",
  severity: "error",
  why: "The API server adds apiVersion and kind to a claim template, and Argo CD sees a difference that no sync ever ends.",
  fix: 'State apiVersion: "v1" and kind: "PersistentVolumeClaim" in the template.',
  check: function* (tree) {
    for (const manifest of tree.ofKind("StatefulSet")) {
      for (const [i, template] of (fieldsOf(manifest, "StatefulSet").spec?.volumeClaimTemplates ?? []).entries()) {
        if (template.apiVersion === undefined || template.kind === undefined)
          yield { manifest, field: `spec.volumeClaimTemplates[${i}]`, found: "a claim template without its own type" };
      }
    }
  },
});
