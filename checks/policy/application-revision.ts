import { applications } from "../applications.ts";
import { defineRule } from "../rule.ts";

const exact = /^v?\d+\.\d+\.\d+([-+][0-9A-Za-z.-]+)?$/;

export default defineRule({
  id: "application-revision",
  severity: "error",
  why: "The cluster then changes when somebody else publishes, without a commit that says so.",
  fix: "Pin the chart's exact version in config/versions.ts, and the repository's branch in the environment.",
  check: function* (tree) {
    for (const { manifest, sources } of applications(tree)) {
      for (const { source, field } of sources) {
        const { chart, targetRevision = "HEAD" } = source;
        const isPinned = chart === undefined ? targetRevision !== "HEAD" : exact.test(targetRevision);
        if (!isPinned) {
          yield {
            manifest,
            field: `${field}.targetRevision`,
            found: `the revision ${targetRevision}${chart === undefined ? "" : ` of the chart ${chart}`}`,
          };
        }
      }
    }
  },
});
