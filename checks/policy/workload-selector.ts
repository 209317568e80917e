import { fieldsOf } from "../kinds.ts";
import { showSelector } from "../labels.ts";
import { podTemplates, selectedPods } from "../pods.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "workload-selector",
  severity: "error",
  why: "A controller owns the pods that its selector selects: it must start those, and two must not fight over one.",
  fix: "Select exactly the labels of the own pod template, by a name that no other workload of the namespace has.",
  check: function* (tree) {
    for (const { manifest, namespace } of podTemplates(tree)) {
      const { kind, metadata } = manifest.object;
      // A Job's selector is made by Kubernetes.
      if (kind === "Pod" || kind === "Job" || kind === "CronJob") continue;
      const { selector } = fieldsOf(manifest, "Deployment").spec ?? {};
      const owned = selectedPods(tree, namespace, selector).map((pod) => pod.manifest);
      const field = "spec.selector";
      if (!owned.includes(manifest)) {
        yield {
          manifest,
          field,
          found: `the selector ${showSelector(selector)}, which does not select the pods of ${kind} ${metadata.name}`,
        };
      }
      for (const { object } of owned) {
        if (object !== manifest.object) {
          yield {
            manifest,
            field,
            found: `a selector that also selects the pods of ${object.kind} ${object.metadata.name}`,
          };
        }
      }
    }
  },
});
