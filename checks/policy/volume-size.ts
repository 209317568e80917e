import { minimumVolumeGib } from "../../config/hetzner.ts";
import { parseQuantity } from "../quantity.ts";
import { defineRule } from "../rule.ts";
import { hetznerClaims } from "../volumes.ts";

export default defineRule({
  id: "volume-size",
  severity: "warning",
  why: `Hetzner makes and bills at least ${minimumVolumeGib} GB for a volume, so the rest is paid for and never used.`,
  fix: `Ask for ${minimumVolumeGib}Gi or more.`,
  check: function* (tree) {
    for (const { manifest, spec, field } of hetznerClaims(tree)) {
      const size = spec.resources?.requests?.storage;
      const bytes = parseQuantity(size);
      if (bytes !== undefined && bytes < minimumVolumeGib * 2 ** 30) {
        yield { manifest, field: `${field}.resources.requests.storage`, found: `a volume of ${size}` };
      }
    }
  },
});
