import { fieldsOf } from "../kinds.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "issuer-account-key",
  severity: "error",
  why: "An account exists on one ACME server only: the issuers overwrite each other's key and lose their accounts.",
  fix: "Give each issuer a privateKeySecretRef of its own.",
  check: function* (tree) {
    const owners = new Map<string, string>();
    for (const manifest of tree.ofKind("ClusterIssuer")) {
      const key = fieldsOf(manifest, "ClusterIssuer").spec?.acme?.privateKeySecretRef?.name;
      if (key === undefined) continue;
      const owner = owners.get(key);
      if (owner !== undefined) {
        yield {
          manifest,
          field: "spec.acme.privateKeySecretRef.name",
          found: `the account key ${key}, which ${owner} uses too`,
        };
      }
      owners.set(key, owner ?? manifest.object.metadata.name);
    }
  },
});
