import { fieldsOf } from "../kinds.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "volume-retention",
  severity: "error",
  why: "Deleting or shrinking the StatefulSet would delete the data with it.",
  fix: "Leave persistentVolumeClaimRetentionPolicy at Retain.",
  check: function* (tree) {
    for (const manifest of tree.ofKind("StatefulSet")) {
      const policy = fieldsOf(manifest, "StatefulSet").spec?.persistentVolumeClaimRetentionPolicy;
      for (const name of ["whenDeleted", "whenScaled"] as const) {
        if (policy?.[name] === "Delete") {
          yield { manifest, field: `spec.persistentVolumeClaimRetentionPolicy.${name}`, found: `${name}: Delete` };
        }
      }
    }
  },
});
