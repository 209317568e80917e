import { claimedVolumes, mountOf } from "../mounts.ts";
import { containersOfImage } from "../pinned-images.ts";
import { directivesOf } from "../redis.ts";
import { defineRule } from "../rule.ts";

/** Working directory of the image, where Redis writes unless told otherwise (docker-library/redis Dockerfile). */
const defaultDirectory = "/data";

export default defineRule({
  id: "redis-data",
  severity: "error",
  why: "Redis keeps its append-only file where it goes with the pod: a restart loses every message.",
  fix: "Set dir to a directory inside the mount of a claim that may be written to.",
  check: function* (tree) {
    for (const site of containersOfImage(tree, "redis")) {
      const { pod } = site;
      const { value, manifest, field } = directivesOf(tree, site).get("dir") ?? {
        value: defaultDirectory,
        manifest: pod.manifest,
        field: `${site.field}.volumeMounts`,
      };
      const mount = mountOf(site, value);
      if (mount?.name !== undefined && mount.readOnly !== true && claimedVolumes(pod).has(mount.name)) continue;
      yield { manifest, field, found: `data in ${value}, which is no writable mount of a claim` };
    }
  },
});
