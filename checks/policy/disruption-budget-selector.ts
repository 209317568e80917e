import { chartNamespaces } from "../apps.ts";
import { fieldsOf } from "../kinds.ts";
import { showSelector } from "../labels.ts";
import { selectedPods } from "../pods.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "disruption-budget-selector",
  severity: "error",
  why: "It protects nobody: draining a server may take every replica at once.",
  fix: "Use the labels of a pod template in the same namespace.",
  check: function* (tree) {
    for (const manifest of tree.ofKind("PodDisruptionBudget")) {
      const { selector } = fieldsOf(manifest, "PodDisruptionBudget").spec ?? {};
      const { namespace = "" } = manifest.object.metadata;
      if (chartNamespaces(tree).has(namespace) || selectedPods(tree, namespace, selector).length > 0) continue;
      yield {
        manifest,
        field: "spec.selector",
        found: `the selector ${showSelector(selector)}, which no pod template of ${namespace} has`,
      };
    }
  },
});
