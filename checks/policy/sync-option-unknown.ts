import { objectSyncOptions, syncOptions, syncOptionsAnnotation } from "../../constructs/sync-option.ts";
import { applications, optionsOf } from "../applications.ts";
import { annotationField } from "../field.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "sync-option-unknown",
  severity: "error",
  why: "Argo CD compares options letter by letter and ignores one it does not know without a word.",
  fix: "Use an option of constructs/sync-option.ts.",
  check: function* (tree) {
    const known: readonly string[] = syncOptions;
    for (const { manifest, spec } of applications(tree)) {
      for (const [i, option] of (spec.syncPolicy?.syncOptions ?? []).entries()) {
        if (!known.includes(option)) {
          yield { manifest, field: `spec.syncPolicy.syncOptions[${i}]`, found: `the sync option ${option}` };
        }
      }
    }
    const knownOfObjects: readonly string[] = objectSyncOptions;
    for (const manifest of tree.deployed) {
      for (const option of optionsOf(manifest.object.metadata.annotations?.[syncOptionsAnnotation])) {
        if (!knownOfObjects.includes(option)) {
          yield {
            manifest,
            field: annotationField(syncOptionsAnnotation),
            found: `the sync option ${option} of an object`,
          };
        }
      }
    }
  },
});
