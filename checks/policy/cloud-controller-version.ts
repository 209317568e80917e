import { installedChart } from "../applications.ts";
import { defineRule } from "../rule.ts";

/** The first that does without `server.datacenter`, which Hetzner's API no longer sends (CHANGELOG of v1.30.1). */
const first = [1, 30, 1];

export default defineRule({
  id: "cloud-controller-version",
  severity: "error",
  why: "Older releases panic on the answers that Hetzner's API gives since July 2026: no addresses, no load balancer.",
  fix: `Pin hcloud-cloud-controller-manager ${first.join(".")} or later in config/versions.ts.`,
  check: function* (tree) {
    const chart = installedChart(tree, "hcloudCcm");
    if (chart === undefined) return;
    const parts = chart.version.replace(/^v/, "").split(".").map(Number);
    const at = first.findIndex((part, i) => parts[i] !== part);
    const isOlder = at !== -1 && (parts[at] ?? 0) < (first[at] ?? 0);
    if (isOlder) {
      yield {
        manifest: chart.manifest,
        field: `${chart.field}.targetRevision`,
        found: `the cloud controller ${chart.version}`,
      };
    }
  },
});
