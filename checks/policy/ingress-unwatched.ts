import { fieldsOf } from "../kinds.ts";
import { defineRule } from "../rule.ts";
import { traefiks, watchedNamespaces } from "../traefik.ts";

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
      const { ingressClassName } = fieldsOf(manifest, "Ingress").spec ?? {};
      const watching = running.filter(
        (traefik) => watchedNamespaces(traefik, "kubernetesingress")?.includes(namespace) ?? true,
      );
      if (watching.length === 0) {
        yield {
          manifest,
          field: "metadata.namespace",
          found: `an Ingress in ${namespace}, a namespace that Traefik does not watch`,
        };
      } else if (
        ingressClassName !== undefined &&
        watching.every(
          ({ args }) => (args.get("providers.kubernetesingress.ingressclass") ?? ingressClassName) !== ingressClassName,
        )
      ) {
        yield {
          manifest,
          field: "spec.ingressClassName",
          found: `the class ${ingressClassName}, which Traefik's arguments leave out`,
        };
      }
    }
  },
});
