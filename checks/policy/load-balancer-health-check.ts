import { annotationField } from "../field.ts";
import { loadBalancers, prefix } from "../load-balancer.ts";
import { defineRule } from "../rule.ts";

const names = ["health-check-interval", "health-check-timeout", "health-check-retries"];

export default defineRule({
  id: "load-balancer-health-check",
  severity: "error",
  why: "What is left out is Hetzner's default, which no document states; the drain time of the pods is worked out from all three.",
  fix: "Set health-check-interval, health-check-timeout and health-check-retries together.",
  check: function* (tree) {
    for (const { manifest, values } of loadBalancers(tree)) {
      for (const name of names) {
        if (!values.has(name)) {
          yield { manifest, field: annotationField(`${prefix}${name}`), found: `a load balancer without ${name}` };
        }
      }
    }
  },
});
