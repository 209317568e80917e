import { isBound } from "../access.ts";
import { chartNamespaces } from "../apps.ts";
import { fieldsOf } from "../kinds.ts";
import { podTemplates } from "../pods.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "service-account-token",
  severity: "error",
  why: "A token without a role is only good for whoever breaks into the pod; a role without a token leaves the program outside.",
  fix: "Set automountServiceAccountToken: true exactly where a RoleBinding or ClusterRoleBinding names the account.",
  check: function* (tree) {
    for (const { manifest, namespace, spec, specField } of podTemplates(tree)) {
      const { serviceAccountName: name = "default" } = spec;
      const account = tree.find("ServiceAccount", namespace, name);
      // The roles of an account that a Helm chart brings along are not known here.
      if (account === undefined && chartNamespaces(tree).has(namespace)) continue;
      const ofAccount = account && fieldsOf(account, "ServiceAccount").automountServiceAccountToken;
      const isMounted = spec.automountServiceAccountToken ?? ofAccount ?? true;
      if (isMounted === isBound(tree, namespace, name)) continue;
      const found = isMounted
        ? `the token of ${name}, which no binding gives a role`
        : `no token for ${name}, which bindings give a role`;
      yield { manifest, field: `${specField}.automountServiceAccountToken`, found };
    }
  },
});
