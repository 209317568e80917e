import { defineRule } from "../rule.ts";
import { chartClasses, claims } from "../volumes.ts";

const defaultAnnotation = "storageclass.kubernetes.io/is-default-class";

export default defineRule({
  id: "volume-class",
  severity: "error",
  why: "No driver answers a claim of a class that does not exist; its pod stays pending for ever.",
  fix: "Name a StorageClass that this platform renders.",
  check: function* (tree) {
    const rendered = tree.ofKind("StorageClass").map(({ object }) => object.metadata);
    const names = new Set([...rendered, ...chartClasses(tree)].map(({ name }) => name));
    const hasDefault =
      rendered.some(({ annotations }) => annotations?.[defaultAnnotation] === "true") ||
      chartClasses(tree).some(({ defaultStorageClass }) => defaultStorageClass === true);
    for (const { manifest, spec, field } of claims(tree)) {
      const { storageClassName: name } = spec;
      if (name === undefined && !hasDefault) {
        yield { manifest, field, found: "a claim without a class, where no class is the default" };
      } else if (name !== undefined && !names.has(name)) {
        yield { manifest, field: `${field}.storageClassName`, found: `the StorageClass ${name}` };
      }
    }
  },
});
