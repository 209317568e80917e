import { objectSyncOptions, syncOptionsAnnotation } from "../../constructs/sync-option.ts";
import { optionsOf } from "../applications.ts";
import { annotationField } from "../field.ts";
import { defineRule } from "../rule.ts";

const wanted = objectSyncOptions.filter((option) => option === "Prune=false" || option === "Delete=false");

export default defineRule({
  id: "kept-object",
  severity: "error",
  why: "It goes when its file leaves git or its Application is deleted, and everything inside it goes too.",
  fix: `Annotate it with ${syncOptionsAnnotation}: Prune=false,Delete=false (keepAnnotations).`,
  check: function* (tree) {
    for (const kind of ["CustomResourceDefinition", "Namespace", "PersistentVolumeClaim"]) {
      for (const manifest of tree.ofKind(kind)) {
        const { name, annotations } = manifest.object.metadata;
        const options = optionsOf(annotations?.[syncOptionsAnnotation]);
        const missing = wanted.filter((option) => !options.includes(option));
        if (missing.length > 0) {
          yield {
            manifest,
            field: annotationField(syncOptionsAnnotation),
            found: `the ${kind} ${name} without ${missing.join(" and ")}`,
          };
        }
      }
    }
  },
});
