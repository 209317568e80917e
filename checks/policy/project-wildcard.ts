import { fieldsOf } from "../kinds.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "project-wildcard",
  severity: "error",
  why: "Whoever can write to one folder can then take over the cluster.",
  fix: "List exactly what the app renders; it is worked out from that.",
  check: function* (tree) {
    for (const manifest of tree.manifests) {
      if (manifest.object.kind !== "AppProject") continue;
      const spec = fieldsOf(manifest, "AppProject").spec ?? {};
      const lists = {
        sourceRepos: (spec.sourceRepos ?? []).map((repository) => [repository]),
        destinations: (spec.destinations ?? []).map(({ server, name, namespace }) => [server, name, namespace]),
        clusterResourceWhitelist: (spec.clusterResourceWhitelist ?? []).map(({ group, kind }) => [group, kind]),
        namespaceResourceWhitelist: (spec.namespaceResourceWhitelist ?? []).map(({ group, kind }) => [group, kind]),
      };
      for (const [list, entries] of Object.entries(lists)) {
        for (const [i, values] of entries.entries()) {
          if (values.some((value) => value?.includes("*"))) {
            yield {
              manifest,
              field: `spec.${list}[${i}]`,
              found: `the wildcard in ${list} of project ${manifest.object.metadata.name}`,
            };
          }
        }
      }
    }
  },
});
