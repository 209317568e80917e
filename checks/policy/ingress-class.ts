import { fieldsOf } from "../kinds.ts";
import { defineRule } from "../rule.ts";
import { traefiks } from "../traefik.ts";

/** Traefik's name as a controller (traefik v3.7.9 pkg/provider/kubernetes/ingress). */
const traefikController = "traefik.io/ingress-controller";

export default defineRule({
  id: "ingress-class",
  severity: "error",
  why: "No controller takes the Ingress: it has no address, answers nobody, and stays Progressing in Argo CD.",
  fix: "Set spec.ingressClassName to an IngressClass that is rendered, with Traefik as its controller.",
  check: function* (tree) {
    for (const manifest of tree.ofKind("Ingress")) {
      const { ingressClassName: name } = fieldsOf(manifest, "Ingress").spec ?? {};
      const field = "spec.ingressClassName";
      if (name === undefined) yield { manifest, field, found: "an Ingress without class" };
      else if (!tree.find("IngressClass", undefined, name)) {
        yield { manifest, field, found: `the class ${name}, which is not rendered` };
      }
    }
    if (traefiks(tree).length === 0) return;
    for (const manifest of tree.ofKind("IngressClass")) {
      const { controller } = fieldsOf(manifest, "IngressClass").spec ?? {};
      if (controller !== traefikController) {
        yield { manifest, field: "spec.controller", found: `the controller ${controller}` };
      }
    }
  },
});
