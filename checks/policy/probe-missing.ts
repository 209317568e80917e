import { allContainers } from "../pods.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "probe-missing",
  severity: "error",
  why: "Without readiness a starting pod is sent requests it cannot answer; without liveness one that hangs stays for ever.",
  fix: "Add a readinessProbe and a livenessProbe to the container.",
  check: function* (tree) {
    for (const { container, field, role, pod } of allContainers(tree)) {
      if (role !== "main" || !pod.endless) continue;
      for (const probe of ["readinessProbe", "livenessProbe"] as const) {
        if (container[probe] === undefined) {
          yield {
            manifest: pod.manifest,
            field: `${field}.${probe}`,
            found: `the container ${container.name} without ${probe}`,
          };
        }
      }
    }
  },
});
