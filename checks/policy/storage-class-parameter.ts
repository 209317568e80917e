import { keyed } from "../field.ts";
import { fieldsOf } from "../kinds.ts";
import { defineRule } from "../rule.ts";
import { hetznerDriver } from "../volumes.ts";

/** csi-driver v2.22.1 internal/driver/controller.go; the driver has no `type`. */
const known = new Set([
  "csi.storage.k8s.io/fstype",
  "csi.storage.k8s.io/node-publish-secret-name",
  "csi.storage.k8s.io/node-publish-secret-namespace",
  "fsFormatOptions",
  "labels",
]);

export default defineRule({
  id: "storage-class-parameter",
  severity: "error",
  why: "Hetzner's volume driver ignores a parameter it does not have, so the volume is not what the class promises.",
  fix: `Leave it out; the driver has only ${[...known].join(", ")}.`,
  check: function* (tree) {
    for (const manifest of tree.ofKind("StorageClass")) {
      const { provisioner, parameters = {} } = fieldsOf(manifest, "StorageClass");
      if (provisioner !== hetznerDriver) continue;
      for (const [name, value] of Object.entries(parameters)) {
        if (!known.has(name)) {
          yield { manifest, field: keyed("parameters", name), found: `the parameter ${name}: ${value}` };
        }
      }
    }
  },
});
