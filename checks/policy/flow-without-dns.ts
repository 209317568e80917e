import { isPods } from "../../constructs/flow.ts";
import { describeFlow, isolatedNamespaces, ownerOf } from "../flows.ts";
import { endsOf, isPodEnd } from "../network.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "flow-without-dns",
  severity: "error",
  why: "Its pods cannot resolve the name of the other end: the flow is open and nothing ever uses it.",
  fix: "Add dnsFlows of the same pods.",
  check: function* (tree) {
    const isolated = isolatedNamespaces(tree);
    const key = (namespace: string, labels: object) => `${namespace} ${JSON.stringify(Object.entries(labels).sort())}`;
    const resolving = new Set(
      tree.flows.flatMap(({ from, to, protocol }) =>
        to === "dns" && protocol === "UDP" && isPods(from) ? [key(from.namespace, from.labels)] : [],
      ),
    );
    const reported = new Set<string>();
    for (const flow of tree.flows) {
      const { from, to } = flow;
      // The API server is reached by the address in the pod's environment.
      if (!isPods(from) || !isolated.has(from.namespace) || !(isPods(to) || to === "internet" || to === "anywhere"))
        continue;
      const pods = key(from.namespace, from.labels);
      if (resolving.has(pods) || reported.has(pods)) continue;
      reported.add(pods);
      const [end] = endsOf(tree, from);
      if (end && isPodEnd(end)) {
        yield {
          manifest: ownerOf(tree, end),
          field: "",
          found: `the flow ${describeFlow(flow)} of pods without a flow to dns`,
        };
      }
    }
  },
});
