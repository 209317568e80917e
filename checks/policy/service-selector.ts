import { chartNamespaces } from "../apps.ts";
import { fieldsOf } from "../kinds.ts";
import { showLabels } from "../labels.ts";
import { defineRule } from "../rule.ts";
import { podsBehind } from "../services.ts";

export default defineRule({
  id: "service-selector",
  severity: "error",
  why: "The Service has no endpoint, and every connection to it is refused.",
  fix: "Use the labels of a pod template in the same namespace.",
  check: function* (tree) {
    for (const manifest of tree.ofKind("Service")) {
      const { selector = {} } = fieldsOf(manifest, "Service").spec ?? {};
      const { namespace = "" } = manifest.object.metadata;
      // Without selector somebody else writes the endpoints; pods of a Helm chart are not rendered.
      if (Object.keys(selector).length === 0 || chartNamespaces(tree).has(namespace)) continue;
      if (podsBehind(tree, manifest).length === 0) {
        yield {
          manifest,
          field: "spec.selector",
          found: `the selector ${showLabels(selector)}, which no pod template of ${namespace} has`,
        };
      }
    }
  },
});
