import { redisSettings } from "server-chat/contract";
import { containersOfImage } from "../pinned-images.ts";
import { directivesOf } from "../redis.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "redis-settings",
  severity: "error",
  why: "A message that the chat has acknowledged may be lost when Redis or its server stops.",
  fix: "Take the settings from redisSettings of the chat server's contract.",
  check: function* (tree) {
    for (const site of containersOfImage(tree, "redis")) {
      const directives = directivesOf(tree, site);
      for (const [name, wanted] of Object.entries(redisSettings)) {
        const { value, manifest = site.pod.manifest, field = site.field } = directives.get(name) ?? {};
        if (value !== wanted) yield { manifest, field, found: `${name} ${value ?? "unset"} instead of ${wanted}` };
      }
    }
  },
});
