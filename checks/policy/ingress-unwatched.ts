import { fieldsOf } from "../kinds.ts";
import { defineRule } from "../rule.ts";
import { traefiks } from "../traefik.ts";

export default defineRule({
  id: "ingress-unwatched",
  severity: "error",
  why: "Traefik does not look there, and the Ingress answers nobody.",
  fix: "Add the namespace or class to the arguments of Traefik's kubernetesIngress provider.",
  check: function* (tree) {
    const running = traefiks(tree);
    if (running.length === 0) return;
    for (const manifest of tree.ofKind("Ingress")) {
      const { namespace = "" } = manifest.object.metadata;
      const { ingressClassName: name } = fieldsOf(manifest, "Ingress").spec ?? {};
      const watching = running.filter(({ watched }) => watched.kubernetesingress?.has(namespace) ?? true);
      const serving = watching.filter(
        ({ args }) => (args.get("providers.kubernetesingress.ingressclass") ?? name) === name,
      );
      if (watching.length === 0) {
        const found = `an Ingress in ${namespace}, a namespace that Traefik does not watch`;
        yield { manifest, field: "metadata.namespace", found };
      } else if (name !== undefined && serving.length === 0) {
        yield {
          manifest,
          field: "spec.ingressClassName",
          found: `the class ${name}, which Traefik's arguments leave out`,
        };
      }
    }
  },
});
