import { fieldsOf } from "../kinds.ts";
import { defineRule } from "../rule.ts";
import { podsBehind } from "../services.ts";
import { traefiks } from "../traefik.ts";

export default defineRule({
  id: "service-exposed",
  severity: "error",
  why: "The internet then reaches the pods past Traefik: without TLS, rate limit or the headers that protect people.",
  fix: "Leave the Service at ClusterIP and render an Ingress; the one LoadBalancer is Traefik's.",
  check: function* (tree) {
    const entrances = new Set(traefiks(tree).map(({ pod }) => pod));
    for (const manifest of tree.ofKind("Service")) {
      const { type = "ClusterIP", externalIPs = [] } = fieldsOf(manifest, "Service").spec ?? {};
      const isTraefiks = podsBehind(tree, manifest).some((pod) => entrances.has(pod));
      if (type === "NodePort" || (type === "LoadBalancer" && !isTraefiks)) {
        yield { manifest, field: "spec.type", found: `a Service of type ${type} that is not Traefik's load balancer` };
      }
      if (externalIPs.length > 0) {
        yield {
          manifest,
          field: "spec.externalIPs",
          found: `a Service that takes ${externalIPs.join(", ")} for itself`,
        };
      }
    }
  },
});
