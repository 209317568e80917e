import { releases } from "../apps.ts";
import { fieldsOf } from "../kinds.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "autoscaler-metrics",
  severity: "error",
  why: "It never scales, and Argo CD shows the app as Degraded.",
  fix: "Switch features.metricsServer on, name a workload that is rendered, and state what to measure.",
  check: function* (tree) {
    const hasServer = releases(tree).some(({ release }) => release.chart === "metricsServer");
    for (const manifest of tree.ofKind("HorizontalPodAutoscaler")) {
      const { scaleTargetRef, metrics = [] } = fieldsOf(manifest, "HorizontalPodAutoscaler").spec ?? {};
      const { kind = "", name = "" } = scaleTargetRef ?? {};
      const { namespace } = manifest.object.metadata;
      if (!hasServer) {
        yield { manifest, field: "spec.metrics", found: "an autoscaler without metrics-server in the environment" };
      }
      if (metrics.length === 0) yield { manifest, field: "spec.metrics", found: "an autoscaler that measures nothing" };
      if (!tree.find(kind, namespace, name)) {
        yield {
          manifest,
          field: "spec.scaleTargetRef",
          found: `the ${kind} ${name}, which is not rendered in ${namespace}`,
        };
      }
    }
  },
});
