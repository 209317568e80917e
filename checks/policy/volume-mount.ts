import { claimTemplates } from "../mounts.ts";
import { containersOf, podTemplates } from "../pods.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "volume-mount",
  severity: "error",
  why: "The API server refuses the pod: a mount needs a volume of its name and a path of its own.",
  fix: "Name one of the pod's volumes or claim templates, and mount each path once.",
  check: function* (tree) {
    for (const pod of podTemplates(tree)) {
      const { manifest } = pod;
      const volumes = new Set([...(pod.spec.volumes ?? []).map(({ name }) => name), ...claimTemplates(pod)]);
      for (const { container, field } of containersOf(pod)) {
        const paths = new Set<string>();
        for (const [i, { name = "", mountPath = "" }] of (container.volumeMounts ?? []).entries()) {
          const mount = `${field}.volumeMounts[${i}]`;
          if (!volumes.has(name)) {
            yield { manifest, field: `${mount}.name`, found: `a mount of ${name}, which is no volume of the pod` };
          }
          if (paths.has(mountPath)) {
            yield { manifest, field: `${mount}.mountPath`, found: `a second mount at ${mountPath}` };
          }
          paths.add(mountPath);
        }
      }
    }
  },
});
