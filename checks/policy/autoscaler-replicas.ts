import { fieldsOf } from "../kinds.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "autoscaler-replicas",
  severity: "error",
  why: "Argo CD puts the fixed number back each time the autoscaler changes it.",
  fix: "Leave spec.replicas out of the workload.",
  check: function* (tree) {
    for (const autoscaler of tree.ofKind("HorizontalPodAutoscaler")) {
      const { scaleTargetRef } = fieldsOf(autoscaler, "HorizontalPodAutoscaler").spec ?? {};
      const { name, namespace } = autoscaler.object.metadata;
      const manifest = tree.find(scaleTargetRef?.kind ?? "", namespace, scaleTargetRef?.name ?? "");
      if (manifest === undefined) continue;
      const { replicas } = fieldsOf(manifest, "Deployment").spec ?? {};
      if (replicas !== undefined) {
        yield { manifest, field: "spec.replicas", found: `replicas: ${replicas} under the autoscaler ${name}` };
      }
    }
  },
});
