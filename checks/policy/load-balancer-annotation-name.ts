import { nearestName } from "../../imports/nearest-name.ts";
import { annotationField } from "../field.ts";
import { annotatedServices, annotations, prefix } from "../load-balancer.ts";
import { defineRule } from "../rule.ts";

const known = Object.keys(annotations).filter((name) => annotations[name] !== "read-only");

export default defineRule({
  id: "load-balancer-annotation-name",
  severity: "error",
  why: "Hetzner's controller ignores a name it does not know without a word, and the load balancer is not what was asked for.",
  fix: "Use a name of the controller's annotation reference; what it sets itself is not for git.",
  check: function* (tree) {
    for (const { manifest, values } of annotatedServices(tree)) {
      for (const name of values.keys()) {
        if (known.includes(name)) continue;
        const nearest = nearestName(name, known);
        const found =
          annotations[name] === "read-only"
            ? `the annotation ${prefix}${name}, which the controller sets itself`
            : `the annotation ${prefix}${name}${nearest === undefined ? "" : `, which may mean ${nearest}`}`;
        yield { manifest, field: annotationField(`${prefix}${name}`), found };
      }
    }
  },
});
