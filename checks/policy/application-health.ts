import { syncWaveAnnotation } from "../../constructs/sync-option.ts";
import { applications } from "../applications.ts";
import { fieldsOf } from "../kinds.ts";
import { defineRule } from "../rule.ts";

const key = "resource.customizations.health.argoproj.io_Application";

export default defineRule({
  id: "application-health",
  severity: "error",
  why: "Argo CD has no health of its own for Applications, so waves do not wait for each other.",
  fix: `Give argocd-cm in bootstrap/ the key ${key}.`,
  check: function* (tree) {
    const children = applications(tree).filter(({ isRoot }) => !isRoot);
    const waves = new Set(children.map(({ manifest }) => manifest.object.metadata.annotations?.[syncWaveAnnotation]));
    const settings = tree.manifests.find(
      ({ path, object }) =>
        path.startsWith("bootstrap/") && object.kind === "ConfigMap" && object.metadata.name === "argocd-cm",
    );
    const script = settings && fieldsOf(settings, "ConfigMap").data?.[key];
    const manifest = settings ?? children[0]?.manifest;
    if (waves.size < 2 || manifest === undefined || /status\.health\.status/.test(script ?? "")) return;
    yield {
      manifest,
      field: settings ? "data" : "",
      found: `${waves.size} waves without a health check of Applications`,
    };
  },
});
