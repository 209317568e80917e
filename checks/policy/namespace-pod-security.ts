import { keyed } from "../field.ts";
import { defineRule } from "../rule.ts";

const label = "pod-security.kubernetes.io/enforce";

export default defineRule({
  id: "namespace-pod-security",
  severity: "error",
  why: "Without the declared level a pod in it may take over its server.",
  fix: `Label the Namespace with ${label} and the level that its declaration names.`,
  check: function* (tree) {
    const declared = new Map(
      tree.namespaces.map(({ name, podSecurity }) => [
        name,
        podSecurity === "restricted" ? podSecurity : podSecurity.level,
      ]),
    );
    for (const manifest of tree.ofKind("Namespace")) {
      const { name, labels } = manifest.object.metadata;
      const [level, wanted] = [labels?.[label], declared.get(name)];
      const field = keyed("metadata.labels", label);
      if (level === undefined) yield { manifest, field, found: `the namespace ${name} without a Pod Security level` };
      else if (wanted !== undefined && level !== wanted) {
        yield { manifest, field, found: `the level ${level} of ${name}, which is declared ${wanted}` };
      }
    }
  },
});
