import { keyed } from "../field.ts";
import { podTemplates } from "../pods.ts";
import { defineRule } from "../rule.ts";

const label = "app.kubernetes.io/name";

export default defineRule({
  id: "workload-name-label",
  severity: "warning",
  why: "Dashboards, log queries and the people on call find a workload by this label.",
  fix: `Give the object and its pods the label ${label}.`,
  check: function* (tree) {
    for (const { manifest, labels, metadataField } of podTemplates(tree)) {
      const { metadata, kind } = manifest.object;
      if (metadata.labels?.[label] === undefined) {
        yield {
          manifest,
          field: keyed("metadata.labels", label),
          found: `the ${kind} ${metadata.name} without the label ${label}`,
        };
      }
      if (kind !== "Pod" && labels[label] === undefined) {
        yield { manifest, field: keyed(`${metadataField}.labels`, label), found: `pods without the label ${label}` };
      }
    }
  },
});
