import { allContainers } from "../pods.ts";
import { defineRule } from "../rule.ts";

// A CPU limit is not asked for: CPU that is scarce is shared by the requests, and a limit would only slow a pod down
// while there is plenty. Memory cannot be taken back, so it needs its bound.
export default defineRule({
  id: "memory-limit-missing",
  severity: "error",
  why: "A leak in it takes the memory of the whole server, and the kernel kills its neighbours.",
  fix: "Set resources.limits.memory on the container.",
  check: function* (tree) {
    for (const { container, field, role, pod } of allContainers(tree)) {
      if (role === "ephemeral" || container.resources?.limits?.memory !== undefined) continue;
      yield {
        manifest: pod.manifest,
        field: `${field}.resources.limits.memory`,
        found: `the container ${container.name} without a memory limit`,
      };
    }
  },
});
