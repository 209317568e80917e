import { keyed } from "../field.ts";
import { fieldsOf } from "../kinds.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "secret-in-git",
  severity: "error",
  why: "Base64 hides nothing, and what git has seen once is public for ever.",
  fix: "Create the Secret on the cluster by hand and change what it held; git only names it.",
  check: function* (tree) {
    for (const manifest of tree.ofKind("Secret")) {
      for (const part of ["data", "stringData"] as const) {
        for (const key of Object.keys(fieldsOf(manifest, "Secret")[part] ?? {})) {
          yield {
            manifest,
            field: keyed(part, key),
            found: `the Secret ${manifest.object.metadata.name} with a value for ${key}`,
          };
        }
      }
    }
  },
});
