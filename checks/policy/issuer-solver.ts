import { fieldsOf } from "../kinds.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "issuer-solver",
  severity: "error",
  why: "A solver with both class fields is refused; with none, or with a class that nobody has, no challenge is answered.",
  fix: "Set only ingressClassName, to an IngressClass that is rendered.",
  check: function* (tree) {
    for (const manifest of tree.ofKind("ClusterIssuer")) {
      for (const [i, { http01 }] of (fieldsOf(manifest, "ClusterIssuer").spec?.acme?.solvers ?? []).entries()) {
        if (http01?.ingress === undefined) continue;
        const { class: oldClass, ingressClassName, name } = http01.ingress;
        const field = `spec.acme.solvers[${i}].http01.ingress`;
        if (oldClass !== undefined) {
          yield {
            manifest,
            field: `${field}.class`,
            found: `the old field class: ${oldClass}${ingressClassName === undefined ? "" : " beside ingressClassName"}`,
          };
        } else if (ingressClassName === undefined && name === undefined) {
          yield { manifest, field: `${field}.ingressClassName`, found: "a solver without ingressClassName" };
        } else if (ingressClassName !== undefined && !tree.find("IngressClass", undefined, ingressClassName)) {
          yield {
            manifest,
            field: `${field}.ingressClassName`,
            found: `the class ${ingressClassName}, which is not rendered`,
          };
        }
      }
    }
  },
});
