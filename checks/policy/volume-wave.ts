import { syncWaveAnnotation } from "../../constructs/sync-option.ts";
import type { Manifest } from "../../render/manifest.ts";
import { appNamed } from "../apps.ts";
import { podTemplates } from "../pods.ts";
import { defineRule } from "../rule.ts";

const waveOf = ({ object }: Manifest): string => object.metadata.annotations?.[syncWaveAnnotation] ?? "0";

export default defineRule({
  id: "volume-wave",
  severity: "error",
  why: "A volume is made only when its first pod is scheduled, and a claim without volume keeps Argo CD from the wave in which that pod comes.",
  fix: "Put the claim and the pods that use it into one app and one wave, or use volumeClaimTemplates.",
  check: function* (tree) {
    for (const { manifest: workload, namespace, spec } of podTemplates(tree)) {
      for (const { persistentVolumeClaim } of spec.volumes ?? []) {
        const claim = tree.find("PersistentVolumeClaim", namespace, persistentVolumeClaim?.claimName ?? "");
        if (claim === undefined) continue;
        const user = `${workload.object.kind} ${workload.object.metadata.name}`;
        const [own, other] = [appNamed(tree, claim.app)?.wave, appNamed(tree, workload.app)?.wave];
        if (claim.app !== workload.app && own !== other) {
          yield {
            manifest: claim,
            field: "",
            found: `a claim in wave ${own}, app ${claim.app}, whose ${user} comes in wave ${other}, app ${workload.app}`,
          };
        } else if (claim.app === workload.app && waveOf(claim) !== waveOf(workload)) {
          const field = `metadata.annotations["${syncWaveAnnotation}"]`;
          yield {
            manifest: claim,
            field,
            found: `a claim in wave ${waveOf(claim)} whose ${user} comes in wave ${waveOf(workload)}`,
          };
        }
      }
    }
  },
});
