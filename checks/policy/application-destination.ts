import { applications } from "../applications.ts";
import { permissionsOf } from "../project.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "application-destination",
  severity: "error",
  why: "Argo CD refuses an Application with no destination, with two, or with one that its project does not list.",
  fix: "Name the server, not also its name, and a namespace of the project's destinations.",
  check: function* (tree) {
    for (const { manifest, spec, project } of applications(tree)) {
      const { server, name, namespace = "" } = spec.destination ?? {};
      const field = "spec.destination";
      if (server === undefined && name === undefined) yield { manifest, field, found: "an Application without server" };
      else if (server !== undefined && name !== undefined) {
        yield { manifest, field, found: `both the server ${server} and the name ${name}` };
      } else if (project && !permissionsOf(project).allowsDestination(server, name, namespace)) {
        const found = `the destination ${server ?? name}, namespace ${namespace}, which the project ${spec.project} does not list`;
        yield { manifest, field, found };
      }
    }
  },
});
