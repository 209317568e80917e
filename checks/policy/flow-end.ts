import { isPods } from "../../constructs/flow.ts";
import { solverLabel } from "../acme.ts";
import { chartNamespaces } from "../apps.ts";
import { describeFlow, ownerOf } from "../flows.ts";
import { showLabels } from "../labels.ts";
import { selectedPods } from "../pods.ts";
import { defineRule } from "../rule.ts";
import { portNumber } from "../services.ts";

export default defineRule({
  id: "flow-end",
  severity: "error",
  why: "Its policy opens nothing for anybody, and the connection that was meant stays closed.",
  fix: "Use the labels of the rendered pods, and a port that their containers declare.",
  check: function* (tree) {
    const declared = new Set(tree.namespaces.map(({ name }) => name));
    for (const flow of tree.flows) {
      for (const end of [flow.from, flow.to]) {
        if (!isPods(end) || !declared.has(end.namespace) || solverLabel in end.labels) continue;
        const pods = selectedPods(tree, end.namespace, { matchLabels: end.labels });
        if (pods.length === 0) {
          // Pods of a Helm chart are not rendered here.
          if (chartNamespaces(tree).has(end.namespace)) continue;
          const manifest = ownerOf(tree, { pod: undefined, namespace: end.namespace });
          yield {
            manifest,
            field: "",
            found: `the flow ${describeFlow(flow)}: no pod template has ${showLabels(end.labels)}`,
          };
        }
        for (const pod of end === flow.to ? pods : []) {
          if (portNumber(pod, flow.port, flow.protocol) !== undefined) continue;
          yield {
            manifest: pod.manifest,
            field: `${pod.specField}.containers`,
            found: `the flow ${describeFlow(flow)}: no container has that port`,
          };
        }
      }
    }
  },
});
