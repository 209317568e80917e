import { parseImage } from "../image.ts";
import { allContainers } from "../pods.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "image-own-digest",
  severity: "error",
  why: "Only the digest that our pipeline announced is the image that was tested; a tag can be pushed again.",
  fix: "Use the reference of pins.images: it has the digest of config/images/<image>.json.",
  check: function* (tree) {
    const own = new Map(Object.values(tree.pins.images).map((pin) => [pin.repository, pin]));
    for (const { container, field, pod } of allContainers(tree)) {
      const { repository, digest } = parseImage(container.image ?? "");
      const pin = own.get(repository);
      if (!pin?.ours || digest !== undefined) continue;
      // Before the first release there is no digest: the pin then names a tag that no registry has.
      if (!pin.released && container.image === pin.reference) continue;
      yield {
        manifest: pod.manifest,
        field: `${field}.image`,
        found: `our own image ${container.image} without digest`,
      };
    }
  },
});
