import { podTemplates } from "../pods.ts";
import { replicasOf, rollOutOf } from "../roll-out.ts";
import { defineRule } from "../rule.ts";
import { publicPods } from "../services.ts";

export default defineRule({
  id: "roll-out-outage",
  severity: "error",
  why: "Every update would then be an outage, or leave people a single pod.",
  fix: "Use strategy RollingUpdate with maxUnavailable: 0 and maxSurge: 1.",
  check: function* (tree) {
    for (const pod of podTemplates(tree)) {
      const { manifest, spec } = pod;
      if (manifest.object.kind !== "Deployment") continue;
      const replicas = replicasOf(tree, pod);
      const { recreates, unavailable } = rollOutOf(pod, replicas);
      const isPublic = publicPods(tree).has(pod);
      // With a volume there is no other way: the rule volume-roll-out demands it.
      const hasVolume = (spec.volumes ?? []).some(({ persistentVolumeClaim }) => persistentVolumeClaim);
      if (recreates && isPublic && !hasVolume) {
        yield { manifest, field: "spec.strategy.type", found: "the strategy Recreate of pods that people reach" };
      } else if (!recreates && unavailable > 0 && (unavailable >= replicas || (isPublic && replicas <= 2))) {
        const field = "spec.strategy.rollingUpdate.maxUnavailable";
        yield {
          manifest,
          field,
          found: `a roll-out that may take ${unavailable} of ${replicas} ${replicas === 1 ? "pod" : "pods"} away`,
        };
      }
    }
  },
});
