import { defineRule } from "../rule.ts";
import { chartClasses } from "../volumes.ts";

export default defineRule({
  id: "storage-class-owner",
  severity: "error",
  why: "Hetzner's volume chart makes a class of this name too: two Applications would overwrite each other's for ever.",
  fix: "Give the class another name, or set storageClasses: [] in the values of the hcloud-csi chart.",
  check: function* (tree) {
    for (const manifest of tree.ofKind("StorageClass")) {
      const { name } = manifest.object.metadata;
      if (chartClasses(tree).some((one) => one.name === name)) {
        yield { manifest, field: "metadata.name", found: `the StorageClass ${name}` };
      }
    }
  },
});
