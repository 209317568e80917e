import { fieldsOf } from "../kinds.ts";
import { selectedPods } from "../pods.ts";
import { replicasOf, share } from "../roll-out.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "disruption-budget-blocked",
  severity: "error",
  why: "No pod may ever be evicted, so a server can never be drained for its update.",
  fix: "Allow one pod to go: maxUnavailable: 1.",
  check: function* (tree) {
    for (const manifest of tree.ofKind("PodDisruptionBudget")) {
      const { selector, minAvailable, maxUnavailable } = fieldsOf(manifest, "PodDisruptionBudget").spec ?? {};
      const pods = selectedPods(tree, manifest.object.metadata.namespace ?? "", selector);
      const replicas = pods.reduce((sum, pod) => sum + replicasOf(tree, pod), 0);
      // Both are rounded up (Kubernetes docs, tasks/run-application/configure-pdb).
      if (maxUnavailable !== undefined && share(maxUnavailable, 100, Math.ceil) === 0) {
        yield { manifest, field: "spec.maxUnavailable", found: `maxUnavailable: ${maxUnavailable}` };
      } else if (minAvailable !== undefined && replicas > 0 && share(minAvailable, replicas, Math.ceil) >= replicas) {
        yield {
          manifest,
          field: "spec.minAvailable",
          found: `minAvailable: ${minAvailable} of ${replicas} ${replicas === 1 ? "pod" : "pods"}`,
        };
      }
    }
  },
});
