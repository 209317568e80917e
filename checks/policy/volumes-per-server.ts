import { maximumVolumesPerServer } from "../../config/hetzner.ts";
import { podTemplates } from "../pods.ts";
import { defineRule } from "../rule.ts";
import { hetznerClaims } from "../volumes.ts";

export default defineRule({
  id: "volumes-per-server",
  severity: "error",
  why: `A Hetzner server takes ${maximumVolumesPerServer} volumes; the pod of the next one stays pending.`,
  fix: "Use fewer volumes, or add a server that runs workloads.",
  check: function* (tree) {
    const servers = tree.environment.servers.filter(({ runsWorkloads }) => runsWorkloads).length;
    let volumes = 0;
    for (const { manifest, field, count } of hetznerClaims(tree)) {
      const before = volumes;
      volumes += count;
      const limit = servers * maximumVolumesPerServer;
      if (before <= limit && volumes > limit) {
        yield { manifest, field, found: `volume number ${volumes} on ${servers} servers` };
      }
    }
    for (const { manifest, spec, specField } of podTemplates(tree)) {
      const mounted = (spec.volumes ?? []).filter(({ persistentVolumeClaim }) => persistentVolumeClaim).length;
      if (mounted > maximumVolumesPerServer) {
        yield { manifest, field: `${specField}.volumes`, found: `a pod with ${mounted} volumes` };
      }
    }
  },
});
