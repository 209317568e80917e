import { fieldsOf } from "../kinds.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "ingress-tls-secret",
  severity: "error",
  why: "Two certificates overwrite each other in one Secret, each time asking Let's Encrypt, which refuses the sixth in a week.",
  fix: "Give each set of hosts a secretName of its own.",
  check: function* (tree) {
    const hostsBySecret = new Map<string, string>();
    for (const manifest of tree.ofKind("Ingress")) {
      for (const [i, { hosts = [], secretName }] of (fieldsOf(manifest, "Ingress").spec?.tls ?? []).entries()) {
        const key = `${manifest.object.metadata.namespace} ${secretName}`;
        const names = [...hosts].sort().join(", ");
        const other = hostsBySecret.get(key);
        if (other !== undefined && other !== names) {
          yield {
            manifest,
            field: `spec.tls[${i}].secretName`,
            found: `the Secret ${secretName} for ${names}, which is also the one for ${other}`,
          };
        }
        hostsBySecret.set(key, other ?? names);
      }
    }
  },
});
