import { podTemplates } from "../pods.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "service-account-default",
  severity: "error",
  why: "The namespace's default account is shared: a right given to one pod is given to all that name no account.",
  fix: "Render a ServiceAccount of its own and name it in serviceAccountName.",
  check: function* (tree) {
    for (const { manifest, spec, specField } of podTemplates(tree)) {
      const { serviceAccountName = "default" } = spec;
      if (serviceAccountName === "default") {
        yield { manifest, field: `${specField}.serviceAccountName`, found: "a pod with the default service account" };
      }
    }
  },
});
