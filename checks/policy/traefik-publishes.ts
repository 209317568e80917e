import { defineRule } from "../rule.ts";
import { traefiks } from "../traefik.ts";

const argument = "providers.kubernetesingress.ingressendpoint.publishedservice";

export default defineRule({
  id: "traefik-publishes",
  severity: "error",
  why: "Ingresses get no address in their status and stay Progressing for ever in Argo CD, and later waves never start.",
  fix: "Set --providers.kubernetesIngress.ingressEndpoint.publishedService to the namespace/name of Traefik's own Service.",
  check: function* (tree) {
    for (const { args, field, pod } of traefiks(tree)) {
      if (!args.has("providers.kubernetesingress")) continue;
      // An address by hand does as well.
      if (
        args.has("providers.kubernetesingress.ingressendpoint.ip") ||
        args.has("providers.kubernetesingress.ingressendpoint.hostname")
      )
        continue;
      const [namespace, name = ""] = (args.get(argument) ?? "").split("/");
      if (tree.find("Service", namespace, name)) continue;
      const found = args.has(argument)
        ? `the published Service ${args.get(argument)}, which is not rendered`
        : "a Traefik that publishes no Service";
      yield { manifest: pod.manifest, field: `${field}.args`, found };
    }
  },
});
