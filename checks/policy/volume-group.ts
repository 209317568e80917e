import { claimedVolumes } from "../mounts.ts";
import { podTemplates } from "../pods.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "volume-group",
  severity: "error",
  why: "A new volume belongs to root, and a process of another user cannot write to it.",
  fix: "Set the pod's securityContext.fsGroup, as restrictedPod does with ownsVolumes.",
  check: function* (tree) {
    for (const pod of podTemplates(tree)) {
      const { runAsNonRoot, runAsUser = 0, fsGroup } = pod.spec.securityContext ?? {};
      const isRoot = runAsUser === 0 && runAsNonRoot !== true;
      if (isRoot || fsGroup !== undefined || claimedVolumes(pod).size === 0) continue;
      const field = `${pod.specField}.securityContext`;
      yield { manifest: pod.manifest, field, found: "a claim for a user who is not root, without fsGroup" };
    }
  },
});
