import { isPods } from "../../constructs/flow.ts";
import { challengedHosts, solverLabel, solverPort } from "../acme.ts";
import { flowsInto, isolatedNamespaces } from "../flows.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "acme-solver-flow",
  severity: "error",
  why: "The answer to a challenge comes from a pod beside the Ingress: Let's Encrypt cannot reach it, and no certificate comes.",
  fix: "Declare challengeFlow for the namespace.",
  check: function* (tree) {
    const isolated = isolatedNamespaces(tree);
    for (const [namespace, hosts] of challengedHosts(tree)) {
      if (!isolated.has(namespace)) continue;
      const isOpen = flowsInto(tree, namespace).some(
        ({ to, port }) => port === solverPort && isPods(to) && solverLabel in to.labels,
      );
      if (isOpen) continue;
      for (const manifest of tree.inNamespace("Ingress", namespace)) {
        yield {
          manifest,
          field: "spec.tls",
          found: `a certificate for ${[...hosts].join(", ")} in ${namespace}, where nobody may reach a solver`,
        };
      }
    }
  },
});
