import { describeFlow, isolatedNamespaces, ownerOf } from "../flows.ts";
import { endsOf, isPodEnd, passes } from "../network.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "flow-cut",
  severity: "error",
  why: "The connection is declared as one that must work, and the network policies refuse it.",
  fix: "Let the policies of both ends be compiled from the flows, and look at what changed them.",
  check: function* (tree) {
    const isolated = isolatedNamespaces(tree);
    const reported = new Set<string>();
    for (const flow of tree.flows) {
      for (const from of endsOf(tree, flow.from)) {
        for (const to of endsOf(tree, flow.to)) {
          for (const [direction, own, other] of [
            ["egress", from, to],
            ["ingress", to, from],
          ] as const) {
            if (!isPodEnd(own) || !isolated.has(own.namespace) || passes(tree, direction, own, other, flow)) continue;
            const manifest = ownerOf(tree, own);
            const verb = direction === "egress" ? "out" : "in";
            const found = `the flow ${describeFlow(flow)}, which ${own.namespace} does not let ${verb}`;
            // Once for each end, however many workloads the other end has.
            if (!reported.has(manifest.path + found)) yield { manifest, field: "", found };
            reported.add(manifest.path + found);
          }
        }
      }
    }
  },
});
