import { groupOf } from "../../render/manifest.ts";
import { applicationOf, applications } from "../applications.ts";
import { appNamed } from "../apps.ts";
import { permissionsOf } from "../project.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "project-permission",
  severity: "error",
  why: "Argo CD refuses what the AppProject does not list, and the whole sync of the app fails.",
  fix: "Let the project be worked out from what the app renders; of a Helm chart, complete `creates`.",
  check: function* (tree) {
    for (const manifest of tree.deployed) {
      const project = applicationOf(tree, manifest)?.project;
      if (project === undefined) continue;
      const { allowsKind, allowsNamespace } = permissionsOf(project);
      const { apiVersion, kind, metadata } = manifest.object;
      const { name, namespace } = metadata;
      if (!allowsKind(groupOf(apiVersion), kind, namespace !== undefined, name)) {
        yield { manifest, field: "kind", found: `the ${kind} ${name}, which its project does not allow` };
      } else if (namespace !== undefined && !allowsNamespace(namespace)) {
        yield {
          manifest,
          field: "metadata.namespace",
          found: `the namespace ${namespace}, which its project does not allow`,
        };
      }
    }
    for (const { manifest, spec, project } of applications(tree)) {
      const makesNamespace = spec.syncPolicy?.syncOptions?.includes("CreateNamespace=true");
      const namespace = spec.destination?.namespace;
      if (project && makesNamespace && !permissionsOf(project).allowsKind("", "Namespace", false, namespace)) {
        yield {
          manifest,
          field: "spec.syncPolicy.syncOptions",
          found: "CreateNamespace=true, which the project does not allow",
        };
      }
      const creates = appNamed(tree, manifest.object.metadata.name)?.release?.creates;
      if (project === undefined || creates === undefined) continue;
      const { allowsKind, allowsNamespace } = permissionsOf(project);
      const refused = [
        ...creates.clusterKinds
          .filter(({ group, kind }) => !allowsKind(group, kind, false))
          .map(({ kind }) => `kind ${kind}`),
        ...creates.namespacedKinds
          .filter(({ group, kind }) => !allowsKind(group, kind, true))
          .map(({ kind }) => `kind ${kind}`),
        ...(creates.otherNamespaces ?? []).filter((one) => !allowsNamespace(one)).map((one) => `namespace ${one}`),
      ];
      for (const what of refused) {
        yield { manifest, field: "spec.project", found: `the ${what} of the chart, which the project does not allow` };
      }
    }
  },
});
