import { applicationOf, applications, folderOf, renderedFolders } from "../applications.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "application-folder",
  severity: "error",
  why: "An Application without its folder deploys nothing, and a folder without its Application is never deployed.",
  fix: "Let the path be the folder that the app is rendered to; both come from the app's name.",
  check: function* (tree) {
    const folders = renderedFolders(tree);
    for (const { manifest, sources } of applications(tree)) {
      for (const { source, field } of sources) {
        const { repoURL, path } = source;
        if (path === undefined || repoURL !== tree.environment.git.repository || folders.has(path)) continue;
        yield { manifest, field: `${field}.path`, found: `the folder ${path}, in which nothing is rendered` };
      }
    }
    const orphans = new Set<string>();
    for (const manifest of tree.deployed) {
      const folder = folderOf(manifest.path);
      if (orphans.has(folder) || applicationOf(tree, manifest)) continue;
      orphans.add(folder);
      yield { manifest, field: "", found: `the folder ${folder}, which no Application synchronises` };
    }
  },
});
