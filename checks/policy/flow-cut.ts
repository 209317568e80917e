import type { Manifest } from "../../render/manifest.ts";
import { describeFlow, isolatedNamespaces, ownerOf } from "../flows.ts";
import { endsOf, isPodEnd, passes } from "../network.ts";
import { defineRule, type Violation } from "../rule.ts";

export default defineRule({
  id: "flow-cut",
  severity: "error",
  why: "The connection is declared as one that must work, and the network policies refuse it.",
  fix: "Let the policies of both ends be compiled from the flows, and look at what changed them.",
  check: function* (tree) {
    const isolated = isolatedNamespaces(tree);
    const seen = new Set<string>();
    const cut = (manifest: Manifest, found: string): Violation[] => {
      const key = `${manifest.path} ${found}`;
      if (seen.has(key)) return [];
      seen.add(key);
      return [{ manifest, field: "", found }];
    };
    for (const flow of tree.flows) {
      const text = describeFlow(flow);
      for (const from of endsOf(tree, flow.from)) {
        for (const to of endsOf(tree, flow.to)) {
          if (isPodEnd(from) && isolated.has(from.namespace) && !passes(tree, "egress", from, to, flow)) {
            yield* cut(ownerOf(tree, from), `the flow ${text}, which leaves ${from.namespace} no more`);
          }
          if (isPodEnd(to) && isolated.has(to.namespace) && !passes(tree, "ingress", to, from, flow)) {
            yield* cut(ownerOf(tree, to), `the flow ${text}, which ${to.namespace} does not let in`);
          }
        }
      }
    }
  },
});
