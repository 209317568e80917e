import { chartNamespaces } from "../apps.ts";
import { defineRule } from "../rule.ts";
import { backendPort, ingressBackends } from "../services.ts";

export default defineRule({
  id: "ingress-backend",
  severity: "error",
  why: "Traefik answers 404 or 503 to everybody.",
  fix: "Name a Service of the same namespace and one of its ports.",
  check: function* (tree) {
    for (const { manifest, namespace, backend, field } of ingressBackends(tree)) {
      const name = backend.service?.name ?? "";
      const service = tree.find("Service", namespace, name);
      if (service === undefined) {
        // A Helm chart may bring it along.
        if (!chartNamespaces(tree).has(namespace)) {
          yield {
            manifest,
            field: `${field}.name`,
            found: `the Service ${name}, which is not rendered in ${namespace}`,
          };
        }
      } else if (backendPort(service, backend) === undefined) {
        const port = backend.service?.port?.name ?? backend.service?.port?.number;
        yield { manifest, field: `${field}.port`, found: `the port ${port}, which is none of Service ${name}` };
      }
    }
  },
});
