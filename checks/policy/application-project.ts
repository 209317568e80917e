import { applications } from "../applications.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "application-project",
  severity: "error",
  why: "The project default allows everything everywhere, and without its project an Application is never synchronised.",
  fix: "Name an AppProject that is rendered.",
  check: function* (tree) {
    for (const { manifest, spec, project } of applications(tree)) {
      const field = "spec.project";
      if (spec.project === undefined || spec.project === "default") {
        yield { manifest, field, found: `an Application in the project default` };
      } else if (project === undefined) {
        yield { manifest, field, found: `the project ${spec.project}, which is not rendered` };
      }
    }
  },
});
