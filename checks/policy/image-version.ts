import { parseImage } from "../image.ts";
import { allContainers } from "../pods.ts";
import { defineRule } from "../rule.ts";

const exact = /^v?\d+\.\d+\.\d+([-.+_].+)?$/;

export default defineRule({
  id: "image-version",
  severity: "error",
  why: "A tag such as 8 or stable moves: two servers run two versions, and nobody decided on the update.",
  fix: "Pin the exact version (1.2.3), or a digest, in config/versions.ts.",
  check: function* (tree) {
    const own = new Set(Object.values(tree.pins.images).flatMap(({ repository, ours }) => (ours ? [repository] : [])));
    for (const { container, field, pod } of allContainers(tree)) {
      const { repository, tag, digest } = parseImage(container.image ?? "");
      // No tag and latest are the rule image-latest's.
      if (digest !== undefined || own.has(repository) || tag === undefined || tag === "latest" || exact.test(tag))
        continue;
      yield { manifest: pod.manifest, field: `${field}.image`, found: `the moving tag ${container.image}` };
    }
  },
});
