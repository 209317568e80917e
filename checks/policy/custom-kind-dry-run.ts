import { syncOptionsAnnotation } from "../../constructs/sync-option.ts";
import { isCustomGroup } from "../../render/applications.ts";
import { groupOf, type KubernetesObject } from "../../render/manifest.ts";
import { applicationOf, optionsOf } from "../applications.ts";
import { defineRule } from "../rule.ts";

const option = "SkipDryRunOnMissingResource=true";

export default defineRule({
  id: "custom-kind-dry-run",
  severity: "error",
  why: "Before another app has installed the kind, the dry run fails, and with it the whole sync.",
  fix: `Give the Application the option ${option}.`,
  check: function* (tree) {
    const reported = new Set<string>();
    // Argo CD leaves the dry run out by itself where the definition comes in the same sync.
    const own = new Set(
      tree.ofKind("CustomResourceDefinition").map(({ app, object }) => `${app} ${groupDefinedBy(object)}`),
    );
    for (const manifest of tree.deployed) {
      const group = groupOf(manifest.object.apiVersion);
      // Argo CD itself is there before it reads its first Application.
      if (!isCustomGroup(group) || group === "argoproj.io" || own.has(`${manifest.app} ${group}`)) continue;
      const application = applicationOf(tree, manifest);
      const ownOptions = optionsOf(manifest.object.metadata.annotations?.[syncOptionsAnnotation]);
      if (
        application === undefined ||
        ownOptions.includes(option) ||
        application.spec.syncPolicy?.syncOptions?.includes(option)
      )
        continue;
      const key = `${application.manifest.path} ${group}`;
      if (!reported.has(key)) {
        yield {
          manifest: application.manifest,
          field: "spec.syncPolicy.syncOptions",
          found: `kinds of ${group} without ${option}`,
        };
      }
      reported.add(key);
    }
  },
});

function groupDefinedBy({ spec }: KubernetesObject): string {
  return (spec as { readonly group?: string } | undefined)?.group ?? "";
}
