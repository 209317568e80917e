import { keyed } from "../field.ts";
import { fieldsOf } from "../kinds.ts";
import { exceeds, parseQuantity, showCpu, showMemory } from "../quantity.ts";
import { quotaKey, usageByNamespace } from "../quotas.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "quota-exceeded",
  severity: "error",
  why: "The API server refuses the pods beyond it: the next roll-out or certificate hangs, though today everything runs.",
  fix: "Raise the namespace's quota, or lower what its pods ask for.",
  check: function* (tree) {
    for (const manifest of tree.ofKind("ResourceQuota")) {
      const { namespace = "" } = manifest.object.metadata;
      const usage = usageByNamespace(tree).get(namespace);
      for (const [name, hard] of Object.entries(fieldsOf(manifest, "ResourceQuota").spec?.hard ?? {})) {
        const key = quotaKey(name);
        const needed = key && usage ? usage[key] : 0;
        if (!exceeds(needed, parseQuantity(hard) ?? Number.POSITIVE_INFINITY)) continue;
        const shown = name === "pods" ? needed : name.endsWith("cpu") ? showCpu(needed) : showMemory(needed);
        yield {
          manifest,
          field: keyed("spec.hard", name),
          found: `${name}: ${hard} where ${shown} may be needed with roll-outs and ACME solvers`,
        };
      }
    }
  },
});
