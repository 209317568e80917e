import { podTemplates } from "../pods.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "spread-tainted-server",
  severity: "error",
  why: "The scheduler counts a server that is cordoned or down as a free place, so with one server out no roll-out ends.",
  fix: "Set nodeTaintsPolicy: Honor, as spreadOverServers does.",
  check: function* (tree) {
    for (const { manifest, spec, specField } of podTemplates(tree)) {
      for (const [i, one] of (spec.topologySpreadConstraints ?? []).entries()) {
        // By default taints do not count (Kubernetes docs, concepts/scheduling-eviction/topology-spread-constraints).
        if (one.whenUnsatisfiable !== "DoNotSchedule" || one.nodeTaintsPolicy === "Honor") continue;
        yield {
          manifest,
          field: `${specField}.topologySpreadConstraints[${i}].nodeTaintsPolicy`,
          found: `a strict spread over ${one.topologyKey} with the taints policy ${one.nodeTaintsPolicy ?? "Ignore, the default"}`,
        };
      }
    }
  },
});
