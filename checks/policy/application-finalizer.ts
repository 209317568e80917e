import { applications } from "../applications.ts";
import { defineRule } from "../rule.ts";

const cascading = "resources-finalizer.argocd.argoproj.io";

export default defineRule({
  id: "application-finalizer",
  severity: "error",
  why: "Without it, what a removed app had started runs on for ever; on the root it would delete the whole platform.",
  fix: `Give every Application but the root the finalizer ${cascading}.`,
  check: function* (tree) {
    for (const { manifest, isRoot } of applications(tree)) {
      const { name, finalizers = [] } = manifest.object.metadata as {
        readonly name: string;
        readonly finalizers?: readonly string[];
      };
      const cascades = finalizers.some((one) => one === cascading || one.startsWith(`${cascading}/`));
      if (cascades === !isRoot) continue;
      const found = isRoot ? `the root ${name} with a finalizer` : `the Application ${name} without finalizer`;
      yield { manifest, field: "metadata.finalizers", found };
    }
  },
});
