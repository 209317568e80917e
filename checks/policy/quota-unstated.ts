import { fieldsOf } from "../kinds.ts";
import { allContainers } from "../pods.ts";
import { defaultsOf, quotaKey } from "../quotas.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "quota-unstated",
  severity: "error",
  why: "Where a quota bounds an amount, the API server refuses every pod that does not state it.",
  fix: "State it on the container, give the namespace a LimitRange that adds it, or take it out of the quota.",
  check: function* (tree) {
    const bounded = new Map<string, Set<string>>();
    for (const manifest of tree.ofKind("ResourceQuota")) {
      const { namespace = "" } = manifest.object.metadata;
      const names = bounded.get(namespace) ?? new Set<string>();
      bounded.set(namespace, names);
      for (const name of Object.keys(fieldsOf(manifest, "ResourceQuota").spec?.hard ?? {}))
        names.add(quotaKey(name) ?? "");
    }
    for (const { container, field, pod } of allContainers(tree)) {
      const names = bounded.get(pod.namespace);
      if (names === undefined) continue;
      const defaults = defaultsOf(tree, pod.namespace);
      for (const part of ["requests", "limits"] as const) {
        for (const resource of ["cpu", "memory"]) {
          const { requests, limits } = container.resources ?? {};
          const stated =
            (part === "requests" ? requests?.[resource] : undefined) ?? limits?.[resource] ?? defaults[part][resource];
          if (stated !== undefined || !names.has(`${part}.${resource}`)) continue;
          yield {
            manifest: pod.manifest,
            field: `${field}.resources.${part}.${resource}`,
            found: `the container ${container.name} without ${part}.${resource}, which the quota of ${pod.namespace} bounds`,
          };
        }
      }
    }
  },
});
