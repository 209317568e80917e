import { syncOptionsAnnotation } from "../../constructs/sync-option.ts";
import { applicationOf, optionsOf } from "../applications.ts";
import { defineRule } from "../rule.ts";

/** A client-side apply writes the whole object into one annotation, and all annotations may have this much. */
const limitBytes = 262_144;

export default defineRule({
  id: "large-object",
  severity: "error",
  why: `A client-side apply keeps the object in an annotation, and the API server refuses annotations above ${limitBytes} bytes.`,
  fix: "Give the Application or the object the option ServerSideApply=true.",
  check: function* (tree) {
    for (const manifest of tree.deployed) {
      // Only generated objects come near the limit; the others are not worth writing out.
      if (manifest.object.kind !== "CustomResourceDefinition" && manifest.object.kind !== "ConfigMap") continue;
      const options = [
        ...(applicationOf(tree, manifest)?.spec.syncPolicy?.syncOptions ?? []),
        ...optionsOf(manifest.object.metadata.annotations?.[syncOptionsAnnotation]),
      ];
      if (options.includes("ServerSideApply=true")) continue;
      const bytes = Buffer.byteLength(JSON.stringify(manifest.object));
      if (bytes > limitBytes) yield { manifest, field: "", found: `an object of ${bytes} bytes` };
    }
  },
});
