import { allContainers } from "../pods.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "requests-missing",
  severity: "error",
  why: "The scheduler counts it as nothing and overfills a server of 4 GB, where the kernel then kills somebody's pod.",
  fix: "Set resources.requests.cpu and resources.requests.memory on the container.",
  check: function* (tree) {
    for (const { container, field, role, pod } of allContainers(tree)) {
      if (role === "ephemeral") continue;
      const { requests, limits } = container.resources ?? {};
      for (const name of ["cpu", "memory"]) {
        // The API server takes a limit for the request that is not stated.
        if (requests?.[name] === undefined && limits?.[name] === undefined) {
          yield {
            manifest: pod.manifest,
            field: `${field}.resources.requests.${name}`,
            found: `the container ${container.name} without a request for ${name}`,
          };
        }
      }
    }
  },
});
