import { applications } from "../applications.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "ignored-difference",
  severity: "error",
  why: "The field is left out of the comparison, but every sync still writes it: a replica count went to 0 in production that way.",
  fix: "Add the sync option RespectIgnoreDifferences=true.",
  check: function* (tree) {
    for (const { manifest, spec } of applications(tree)) {
      const ignored = spec.ignoreDifferences ?? [];
      if (ignored.length === 0 || spec.syncPolicy?.syncOptions?.includes("RespectIgnoreDifferences=true")) continue;
      const fields = ignored.flatMap(({ jsonPointers = [], jqPathExpressions = [] }) => [
        ...jsonPointers,
        ...jqPathExpressions,
      ]);
      yield { manifest, field: "spec.ignoreDifferences", found: `the ignored field ${fields.join(", ")}` };
    }
  },
});
