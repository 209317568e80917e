import { defineRule } from "../rule.ts";
import { hetznerClaims } from "../volumes.ts";

const possible = ["ReadWriteOnce", "ReadWriteOncePod"];

export default defineRule({
  id: "volume-access-mode",
  severity: "error",
  why: "A Hetzner volume is attached to one server at a time; the claim would never be bound.",
  fix: "Use ReadWriteOnce or ReadWriteOncePod.",
  check: function* (tree) {
    for (const { manifest, spec, field } of hetznerClaims(tree)) {
      for (const [i, mode] of (spec.accessModes ?? []).entries()) {
        if (!possible.includes(mode)) {
          yield { manifest, field: `${field}.accessModes[${i}]`, found: `the access mode ${mode}` };
        }
      }
    }
  },
});
