import { fieldsOf } from "../kinds.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "ingress-tls",
  severity: "error",
  why: "Visitors are shown a certificate for another name, and their browsers refuse it.",
  fix: "List the host in spec.tls, with a secretName.",
  check: function* (tree) {
    for (const manifest of tree.ofKind("Ingress")) {
      const { rules = [], tls = [] } = fieldsOf(manifest, "Ingress").spec ?? {};
      const covered = new Set(tls.flatMap(({ hosts = [], secretName }) => (secretName ? hosts : [])));
      for (const [i, { host }] of rules.entries()) {
        if (host === undefined || covered.has(host) || covered.has(host.replace(/^[^.]+/, "*"))) continue;
        yield { manifest, field: `spec.rules[${i}].host`, found: `the host ${host} without a certificate` };
      }
    }
  },
});
