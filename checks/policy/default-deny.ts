import { isolatedNamespaces, ownerOf } from "../flows.ts";
import { fieldsOf } from "../kinds.ts";
import { governs } from "../network.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "default-deny",
  severity: "error",
  why: "Every pod that no other policy names may be reached by all and reach all.",
  fix: "Render a NetworkPolicy with an empty podSelector, both policyTypes and no rule.",
  check: function* (tree) {
    for (const name of isolatedNamespaces(tree)) {
      for (const direction of ["ingress", "egress"] as const) {
        const isDenied = tree.inNamespace("NetworkPolicy", name).some((manifest) => {
          const { spec = {} } = fieldsOf(manifest, "NetworkPolicy");
          return (
            Object.keys(spec.podSelector ?? {}).length === 0 &&
            governs(spec, direction) &&
            (spec[direction] ?? []).length === 0
          );
        });
        const manifest = ownerOf(tree, { pod: undefined, namespace: name });
        if (!isDenied) {
          yield {
            manifest,
            field: "",
            found: `the isolated namespace ${name} without a policy that denies all ${direction}`,
          };
        }
      }
    }
  },
});
