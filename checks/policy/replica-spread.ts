import { fieldsOf } from "../kinds.ts";
import { selects } from "../labels.ts";
import { podTemplates } from "../pods.ts";
import { replicasOf } from "../roll-out.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "replica-spread",
  severity: "error",
  why: "The scheduler may put every replica on one server, and the restart of that server is an outage.",
  fix: "Add spreadOverServers with the workload's own labels, or a pod anti-affinity.",
  check: function* (tree) {
    for (const pod of podTemplates(tree)) {
      const { manifest, spec, specField, labels } = pod;
      if (fieldsOf(manifest, "Deployment").spec?.template === undefined || replicasOf(tree, pod) < 2) continue;
      if (spec.affinity?.podAntiAffinity !== undefined) continue;
      const field = `${specField}.topologySpreadConstraints`;
      const byServer = (spec.topologySpreadConstraints ?? []).filter(
        ({ topologyKey }) => topologyKey === "kubernetes.io/hostname",
      );
      if (byServer.length === 0) {
        yield { manifest, field, found: `${replicasOf(tree, pod)} replicas that nothing spreads over the servers` };
      } else if (!byServer.some(({ labelSelector }) => selects(labelSelector, labels))) {
        yield { manifest, field, found: "a spread constraint that counts other pods than its own" };
      }
    }
  },
});
