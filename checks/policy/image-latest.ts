import { parseImage } from "../image.ts";
import { allContainers } from "../pods.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "image-latest",
  severity: "error",
  why: "What runs then depends on the day a server pulled it, and a revert in git brings nothing back.",
  fix: "Take the image from the pins; add it to config/versions.ts with its exact version.",
  check: function* (tree) {
    for (const { container, field, pod } of allContainers(tree)) {
      const { tag, digest } = parseImage(container.image ?? "");
      if (digest !== undefined || (tag !== undefined && tag !== "latest")) continue;
      const found = container.image
        ? `the image ${container.image}${tag ? "" : " without tag"}`
        : "a container without image";
      yield { manifest: pod.manifest, field: `${field}.image`, found };
    }
  },
});
