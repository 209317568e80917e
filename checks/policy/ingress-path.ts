import { fieldsOf } from "../kinds.ts";
import { defineRule } from "../rule.ts";

/** What no path may hold (kubernetes pkg/apis/networking/validation): these are not compared as people read them. */
const refused = /\/\/|\/\.\.?(\/|$)|%2f/i;

export default defineRule({
  id: "ingress-path",
  severity: "error",
  why: "The API server refuses an Ingress whose path is not absolute and plain.",
  fix: "Start the path with a slash, without //, dots as a part or an escaped slash.",
  check: function* (tree) {
    for (const manifest of tree.ofKind("Ingress")) {
      for (const [i, { http }] of (fieldsOf(manifest, "Ingress").spec?.rules ?? []).entries()) {
        for (const [j, { path = "", pathType }] of (http?.paths ?? []).entries()) {
          // The controller alone decides what a path of that type means, and none is a path too.
          const isFree = pathType === "ImplementationSpecific";
          if (path.startsWith("/") ? isFree || !refused.test(path) : isFree && path === "") continue;
          yield {
            manifest,
            field: `spec.rules[${i}].http.paths[${j}].path`,
            found: path === "" ? "no path" : `the path ${path}`,
          };
        }
      }
    }
  },
});
