import { fieldsOf } from "../kinds.ts";
import { defineRule } from "../rule.ts";
import { hetznerClaims, hetznerDriver } from "../volumes.ts";

export default defineRule({
  id: "volume-snapshot",
  severity: "error",
  why: "Hetzner's volume driver has no snapshots: nothing is ever saved, and nothing says so.",
  fix: "Back up the data itself, such as Redis' append-only file.",
  check: function* (tree) {
    const foreignClasses = new Set<string>();
    for (const manifest of tree.ofKind("VolumeSnapshotClass")) {
      const { driver } = fieldsOf(manifest, "VolumeSnapshotClass");
      if (driver === hetznerDriver) yield { manifest, field: "driver", found: `a snapshot class of ${hetznerDriver}` };
      else foreignClasses.add(manifest.object.metadata.name);
    }
    for (const manifest of tree.ofKind("VolumeSnapshot")) {
      const { volumeSnapshotClassName } = (manifest.object.spec ?? {}) as { readonly volumeSnapshotClassName?: string };
      if (volumeSnapshotClassName === undefined || !foreignClasses.has(volumeSnapshotClassName)) {
        yield { manifest, field: "kind", found: "a snapshot of a Hetzner volume" };
      }
    }
    for (const { manifest, spec, field } of hetznerClaims(tree)) {
      if (spec.dataSource?.kind === "VolumeSnapshot") {
        yield { manifest, field: `${field}.dataSource`, found: "a volume made from a snapshot" };
      }
    }
  },
});
