import { containersOfImage } from "../pinned-images.ts";
import { parseQuantity } from "../quantity.ts";
import { directivesOf, parseRedisBytes } from "../redis.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "redis-memory",
  severity: "error",
  why: "Redis grows until the kernel kills it instead of refusing a write.",
  fix: "Set maxmemory well under the container's memory limit: rewriting the append-only file needs room too.",
  check: function* (tree) {
    for (const site of containersOfImage(tree, "redis")) {
      const {
        value,
        manifest = site.pod.manifest,
        field = site.field,
      } = directivesOf(tree, site).get("maxmemory") ?? {};
      const limit = site.container.resources?.limits?.memory;
      const limitBytes = parseQuantity(limit);
      const bytes = parseRedisBytes(value ?? "0");
      if (limitBytes === undefined || (bytes > 0 && bytes < limitBytes)) continue;
      yield { manifest, field, found: `maxmemory ${value ?? "unset"} under the container's limit of ${limit}` };
    }
  },
});
