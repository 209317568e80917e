import { fieldsOf } from "../kinds.ts";
import { podTemplates } from "../pods.ts";
import { replicasOf, rollOutOf } from "../roll-out.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "volume-roll-out",
  severity: "error",
  why: "The volume is attached to one server at a time, so a new pod elsewhere waits for the old one with a Multi-Attach error.",
  fix: "Use a StatefulSet, or one replica with strategy: Recreate.",
  check: function* (tree) {
    for (const pod of podTemplates(tree)) {
      const { manifest, namespace, spec, specField } = pod;
      if (manifest.object.kind !== "Deployment") continue;
      const replicas = replicasOf(tree, pod);
      for (const [i, { name, persistentVolumeClaim }] of (spec.volumes ?? []).entries()) {
        if (persistentVolumeClaim === undefined) continue;
        const claim = tree.find("PersistentVolumeClaim", namespace, persistentVolumeClaim.claimName ?? "");
        const modes = claim ? (fieldsOf(claim, "PersistentVolumeClaim").spec?.accessModes ?? []) : [];
        if (modes.includes("ReadWriteMany") || modes.includes("ReadOnlyMany")) continue;
        if (!rollOutOf(pod, replicas).recreates) {
          yield { manifest, field: "spec.strategy.type", found: `a rolling update with the volume ${name}` };
        } else if (replicas > 1) {
          yield {
            manifest,
            field: `${specField}.volumes[${i}]`,
            found: `${replicas} replicas that share the volume ${name}`,
          };
        }
      }
    }
  },
});
