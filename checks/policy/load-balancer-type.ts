import { annotationField } from "../field.ts";
import { loadBalancers, prefix } from "../load-balancer.ts";
import { defineRule } from "../rule.ts";

/** Sizes that can be ordered, as config/environment.ts lists them. */
const types: readonly unknown[] = ["lb11", "lb21", "lb31"];

export default defineRule({
  id: "load-balancer-type",
  severity: "error",
  why: "Hetzner's controller announced that it will refuse a load balancer without type; the size also decides the price.",
  fix: "Set type to lb11, lb21 or lb31.",
  check: function* (tree) {
    for (const { manifest, values } of loadBalancers(tree)) {
      const type = values.get("type");
      if (types.includes(type)) continue;
      yield {
        manifest,
        field: annotationField(`${prefix}type`),
        found: type === undefined ? "a load balancer without type" : `the load-balancer type ${type}`,
      };
    }
  },
});
