import { syncWaveAnnotation } from "../../constructs/sync-option.ts";
import { applications } from "../applications.ts";
import { appNamed } from "../apps.ts";
import { annotationField } from "../field.ts";
import { defineRule } from "../rule.ts";

const field = annotationField(syncWaveAnnotation);

export default defineRule({
  id: "application-wave",
  severity: "error",
  why: "Argo CD starts it before what it depends on is healthy; a wave that is no whole number counts as 0.",
  fix: "Leave the wave to dependsOn: one more than the highest wave of what it depends on.",
  check: function* (tree) {
    const waves = new Map<string, number>();
    for (const { manifest, isRoot } of applications(tree)) {
      const { name, annotations } = manifest.object.metadata;
      const wave = annotations?.[syncWaveAnnotation];
      if (isRoot) continue;
      if (wave === undefined) yield { manifest, field, found: "an Application without wave" };
      else waves.set(name, Number(wave));
    }
    for (const manifest of tree.deployed) {
      const wave = manifest.object.metadata.annotations?.[syncWaveAnnotation];
      if (wave !== undefined && !/^-?\d+$/.test(wave)) yield { manifest, field, found: `the wave ${wave}` };
    }
    for (const { manifest } of applications(tree)) {
      const { name } = manifest.object.metadata;
      const wave = waves.get(name);
      for (const needed of appNamed(tree, name)?.app.dependsOn ?? []) {
        const earlier = waves.get(needed);
        if (wave !== undefined && earlier !== undefined && wave <= earlier) {
          yield { manifest, field, found: `the wave ${wave}, where ${needed}, which it depends on, has ${earlier}` };
        }
      }
    }
  },
});
