import { isPods, type Peer } from "../../constructs/flow.ts";
import { flowsInto, isolatedNamespaces } from "../flows.ts";
import { selects } from "../labels.ts";
import type { PodTemplate } from "../pods.ts";
import { defineRule } from "../rule.ts";
import { backendPort, ingressBackends, podsBehind, portNumber, targetOf } from "../services.ts";
import { traefiks } from "../traefik.ts";

export default defineRule({
  id: "ingress-without-flow",
  severity: "error",
  why: "The policies refuse what no flow declares: Traefik cannot reach the pods, and people get 504.",
  fix: "Declare a flow from traefikPods to these pods, at the container's port.",
  check: function* (tree) {
    const isolated = isolatedNamespaces(tree);
    const [traefik] = traefiks(tree);
    if (traefik === undefined) return;
    for (const { manifest, namespace, backend, field } of ingressBackends(tree)) {
      const service = tree.find("Service", namespace, backend.service?.name ?? "");
      const port = service && backendPort(service, backend);
      if (service === undefined || port === undefined || !isolated.has(namespace)) continue;
      for (const pod of podsBehind(tree, service)) {
        const number = portNumber(pod, targetOf(port));
        const isDeclared = flowsInto(tree, namespace).some(
          (flow) => flow.port === number && names(flow.from, traefik.pod) && names(flow.to, pod),
        );
        if (number === undefined || isDeclared) continue;
        const { kind, metadata } = pod.manifest.object;
        yield {
          manifest,
          field,
          found: `a route to ${kind} ${metadata.name}, port ${number}, without a flow from Traefik`,
        };
      }
    }
  },
});

function names(peer: Peer, pod: PodTemplate): boolean {
  return isPods(peer) && peer.namespace === pod.namespace && selects({ matchLabels: peer.labels }, pod.labels);
}
