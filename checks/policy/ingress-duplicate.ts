import { fieldsOf } from "../kinds.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "ingress-duplicate",
  severity: "error",
  why: "Which of the two answers is left to chance.",
  fix: "Leave the path to one Ingress.",
  check: function* (tree) {
    const owners = new Map<string, string>();
    for (const manifest of tree.ofKind("Ingress")) {
      const { namespace, name } = manifest.object.metadata;
      for (const [i, { host = "", http }] of (fieldsOf(manifest, "Ingress").spec?.rules ?? []).entries()) {
        for (const [j, { path = "/", pathType }] of (http?.paths ?? []).entries()) {
          const key = `${host}${path} ${pathType}`;
          const owner = owners.get(key);
          const field = `spec.rules[${i}].http.paths[${j}]`;
          if (owner !== undefined) yield { manifest, field, found: `${host}${path}, which Ingress ${owner} has too` };
          owners.set(key, owner ?? `${namespace}/${name}`);
        }
      }
    }
  },
});
