import { fieldsOf } from "../kinds.ts";
import { defineRule } from "../rule.ts";
import { hetznerDriver } from "../volumes.ts";

export default defineRule({
  id: "storage-class-settings",
  severity: "error",
  why: "A volume must be made in the location of its pod, be able to grow, and outlive a claim that is deleted by mistake.",
  fix: "Set volumeBindingMode: WaitForFirstConsumer, allowVolumeExpansion: true and reclaimPolicy: Retain.",
  check: function* (tree) {
    for (const manifest of tree.ofKind("StorageClass")) {
      const { provisioner, ...settings } = fieldsOf(manifest, "StorageClass");
      if (provisioner !== hetznerDriver) continue;
      // Left out, Kubernetes binds at once, refuses to grow, and deletes (reference: storage.k8s.io/v1 StorageClass).
      const { volumeBindingMode = "Immediate", allowVolumeExpansion = false, reclaimPolicy = "Delete" } = settings;
      if (volumeBindingMode !== "WaitForFirstConsumer") {
        yield { manifest, field: "volumeBindingMode", found: `volumeBindingMode: ${volumeBindingMode}` };
      }
      if (!allowVolumeExpansion) {
        yield { manifest, field: "allowVolumeExpansion", found: "a class whose volumes cannot grow" };
      }
      if (reclaimPolicy !== "Retain") {
        yield { manifest, field: "reclaimPolicy", found: `reclaimPolicy: ${reclaimPolicy}` };
      }
    }
  },
});
