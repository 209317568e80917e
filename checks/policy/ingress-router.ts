import { annotationField } from "../field.ts";
import { defineRule } from "../rule.ts";
import { entryPointsOf, traefiks } from "../traefik.ts";
import type { Tree } from "../tree.ts";

const prefix = "traefik.ingress.kubernetes.io/router.";

export default defineRule({
  id: "ingress-router",
  severity: "error",
  why: "Traefik drops a route that names what it does not have, and people get 404.",
  fix: "Name an entry point of Traefik's arguments, and Middlewares and TLSOptions that are rendered, as namespace-name@kubernetescrd.",
  check: function* (tree) {
    const entryPoints = traefiks(tree).flatMap(entryPointsOf);
    if (entryPoints.length === 0) return;
    const rendered = { middlewares: namesOf(tree, "Middleware"), "tls.options": namesOf(tree, "TLSOption") };
    for (const manifest of tree.ofKind("Ingress")) {
      const annotations = manifest.object.metadata.annotations ?? {};
      for (const name of listOf(annotations[`${prefix}entrypoints`])) {
        if (!entryPoints.includes(name.toLowerCase())) {
          yield { manifest, field: annotationField(`${prefix}entrypoints`), found: `the entry point ${name}` };
        }
      }
      for (const [option, names] of Object.entries(rendered)) {
        for (const name of listOf(annotations[`${prefix}${option}`])) {
          // Those of another provider, such as @file, are not rendered here.
          if (name.endsWith("@kubernetescrd") || !name.includes("@")) {
            if (!names.has(name)) {
              yield { manifest, field: annotationField(`${prefix}${option}`), found: `${name}, which is not rendered` };
            }
          }
        }
      }
    }
  },
});

function listOf(annotation: string | undefined): string[] {
  return (annotation ?? "").split(",").flatMap((part) => (part.trim() === "" ? [] : [part.trim()]));
}

/** As an Ingress names objects of that kind. */
function namesOf(tree: Tree, kind: string): ReadonlySet<string> {
  return new Set(
    tree.ofKind(kind).map(({ object: { metadata } }) => `${metadata.namespace}-${metadata.name}@kubernetescrd`),
  );
}
