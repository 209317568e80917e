import { allContainers } from "../pods.ts";
import { parseQuantity } from "../quantity.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "request-over-limit",
  severity: "error",
  why: "The API server refuses such a pod.",
  fix: "Let the limit be at least the request.",
  check: function* (tree) {
    for (const { container, field, pod } of allContainers(tree)) {
      const { requests = {}, limits = {} } = container.resources ?? {};
      for (const [name, request] of Object.entries(requests)) {
        const limit = limits[name];
        if ((parseQuantity(request) ?? 0) > (parseQuantity(limit) ?? Number.POSITIVE_INFINITY)) {
          yield {
            manifest: pod.manifest,
            field: `${field}.resources.requests.${name}`,
            found: `a request of ${request} ${name} above the limit ${limit}`,
          };
        }
      }
    }
  },
});
