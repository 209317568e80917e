import { applications } from "../applications.ts";
import { permissionsOf } from "../project.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "application-source",
  severity: "error",
  why: "Argo CD refuses a repository that the project does not list.",
  fix: "Let sourceRepos of the AppProject hold exactly this URL.",
  check: function* (tree) {
    for (const { manifest, sources, project } of applications(tree)) {
      if (project === undefined) continue;
      for (const { source, field } of sources) {
        const { repoURL = "" } = source;
        if (permissionsOf(project).allowsRepository(repoURL)) continue;
        yield { manifest, field: `${field}.repoURL`, found: `the repository ${repoURL || "(none)"}` };
      }
    }
  },
});
