import { applications } from "../applications.ts";
import { fieldsOf } from "../kinds.ts";
import { namespaceLabels } from "../namespaces.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "namespace-unknown",
  severity: "error",
  why: "Nothing can be created in a namespace that does not exist; in default it escapes every policy and quota.",
  fix: "Declare the namespace in the app it belongs to, or correct the name.",
  check: function* (tree) {
    const known = namespaceLabels(tree);
    for (const manifest of tree.deployed) {
      const { namespace } = manifest.object.metadata;
      if (namespace === undefined) continue;
      if (namespace === "default" || !known.has(namespace)) {
        yield { manifest, field: "metadata.namespace", found: `the namespace ${namespace}` };
      }
    }
    for (const kind of ["ClusterRoleBinding", "RoleBinding"] as const) {
      for (const manifest of tree.ofKind(kind)) {
        for (const [i, { namespace }] of (fieldsOf(manifest, kind).subjects ?? []).entries()) {
          if (namespace !== undefined && !known.has(namespace)) {
            yield { manifest, field: `subjects[${i}].namespace`, found: `the namespace ${namespace} of a subject` };
          }
        }
      }
    }
    for (const { manifest, spec } of applications(tree)) {
      const namespace = spec.destination?.namespace;
      if (namespace !== undefined && !known.has(namespace)) {
        yield { manifest, field: "spec.destination.namespace", found: `the namespace ${namespace} of an Application` };
      }
    }
  },
});
