import { fieldsOf } from "../kinds.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "ingress-host",
  severity: "error",
  why: "The name does not lead to this cluster, so nobody arrives and no certificate is issued; without a host, every name matches.",
  fix: "Use the environment's domain or a name below it.",
  check: function* (tree) {
    const { domain } = tree.environment;
    for (const manifest of tree.ofKind("Ingress")) {
      for (const [i, { host }] of (fieldsOf(manifest, "Ingress").spec?.rules ?? []).entries()) {
        const field = `spec.rules[${i}].host`;
        if (host === undefined || host === "") yield { manifest, field, found: "a rule for any host" };
        else if (host !== domain && !host.endsWith(`.${domain}`)) {
          yield { manifest, field, found: `the host ${host}, which is not under ${domain}` };
        }
      }
    }
  },
});
