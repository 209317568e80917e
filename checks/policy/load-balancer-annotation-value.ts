import { annotationField } from "../field.ts";
import { annotatedServices, annotations, prefix } from "../load-balancer.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "load-balancer-annotation-value",
  severity: "error",
  why: "Hetzner's controller cannot read the value, and every reconciliation of the load balancer fails.",
  fix: "Write what is allowed, always as text in quotes.",
  check: function* (tree) {
    for (const { manifest, values } of annotatedServices(tree)) {
      for (const [name, value] of values) {
        const kind = annotations[name];
        if (kind === undefined || kind === "read-only") continue;
        const field = annotationField(`${prefix}${name}`);
        if (typeof value !== "string") {
          yield { manifest, field, found: `the value ${JSON.stringify(value)} of ${name}, which is no text` };
        } else if (!kind.accepts(value)) {
          yield { manifest, field, found: `the value "${value}" of ${name}, which must be ${kind.allowed}` };
        }
      }
    }
  },
});
