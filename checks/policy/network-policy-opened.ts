import type { Range } from "../../config/cidr.ts";
import type { Environment } from "../../config/environment.ts";
import { isPods, type WellKnownPeer } from "../../constructs/flow.ts";
import { covered, rangesOf, subtract } from "../addresses.ts";
import { isolatedNamespaces } from "../flows.ts";
import { fieldsOf, type NetworkPolicyPeer, type NetworkPolicyPort } from "../kinds.ts";
import { namespaceNameLabel } from "../namespaces.ts";
import type { Direction } from "../network.ts";
import type { LabelSelector, StringMap } from "../pod-spec.ts";
import { defineRule } from "../rule.ts";
import { oncePerTree } from "../tree.ts";

export default defineRule({
  id: "network-policy-opened",
  severity: "error",
  why: "The namespace refuses all that no flow declares, and this lets more through than a reviewer of the flows sees.",
  fix: "Declare the flow with its reason in the app, and leave the policy to be compiled from it.",
  check: function* (tree) {
    for (const namespace of isolatedNamespaces(tree)) {
      for (const manifest of tree.inNamespace("NetworkPolicy", namespace)) {
        const { podSelector, ingress = [], egress = [] } = fieldsOf(manifest, "NetworkPolicy").spec ?? {};
        const rules = [
          ...ingress.map(({ from, ports }, i) => ({ direction: "ingress" as const, i, peers: from, ports })),
          ...egress.map(({ to, ports }, i) => ({ direction: "egress" as const, i, peers: to, ports })),
        ];
        for (const { direction, i, peers = [], ports = [] } of rules) {
          const field = `spec.${direction}[${i}]`;
          if (peers.length === 0) yield { manifest, field, found: "a rule for everybody" };
          if (ports.length === 0) yield { manifest, field, found: "a rule for every port" };
          for (const port of ports) {
            const declared = declarations(tree).get(keyOf(direction, namespace, podSelector, port));
            if (peers.every((peer) => isDeclared(declared, namespace, peer))) continue;
            yield { manifest, field, found: `port ${port.port ?? "any"}, open to a peer that no flow declares for it` };
          }
        }
      }
    }
  },
});

/** Who may be at the other end of the flows of some pods in one direction and at one port. */
interface Declared {
  readonly pods: Set<string>;
  readonly ranges: Range[];
}

/** The most that a peer may stand for: an address that no flow can mean is not reached by it either. */
const widest: Readonly<Record<Exclude<WellKnownPeer, "dns">, (environment: Environment) => readonly Range[]>> = {
  "api-server": ({ hetzner }) => rangesOf(hetzner.serverRange),
  servers: ({ hetzner, cluster }) => [...rangesOf(hetzner.serverRange), ...rangesOf(cluster.podCidr)],
  // 169.254.0.0/16 holds the cloud's metadata service.
  internet: ({ hetzner, cluster }) =>
    subtract(rangesOf("0.0.0.0/0"), [hetzner.networkRange, cluster.podCidr, cluster.serviceCidr, "169.254.0.0/16"]),
  anywhere: () => rangesOf("0.0.0.0/0"),
};

const dns = podsKey("kube-system", { "k8s-app": "kube-dns" });

const declarations = oncePerTree((tree) => {
  const byKey = new Map<string, Declared>();
  for (const { from, to, port, protocol = "TCP" } of tree.flows) {
    for (const [direction, own, other] of [
      ["egress", from, to],
      ["ingress", to, from],
    ] as const) {
      if (!isPods(own)) continue;
      const key = keyOf(direction, own.namespace, { matchLabels: own.labels }, { port, protocol });
      const declared = byKey.get(key) ?? { pods: new Set(), ranges: [] };
      byKey.set(key, declared);
      if (isPods(other)) declared.pods.add(podsKey(other.namespace, other.labels));
      else if (other === "dns") declared.pods.add(dns);
      else declared.ranges.push(...widest[other](tree.environment));
    }
  }
  return byKey;
});

function keyOf(
  direction: Direction,
  namespace: string,
  selector: LabelSelector = {},
  { port, endPort, protocol = "TCP" }: NetworkPolicyPort,
): string {
  // Expressions and spans of ports are in no flow: as part of the key they find none.
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return JSON.stringify([direction, podsKey(namespace, matchLabels), matchExpressions, port, endPort, protocol]);
}

function podsKey(namespace: string, labels: StringMap): string {
  return JSON.stringify([namespace, Object.entries(labels).sort()]);
}

function isDeclared(declared: Declared | undefined, own: string, peer: NetworkPolicyPeer): boolean {
  if (declared === undefined) return false;
  const { ipBlock, namespaceSelector, podSelector = {} } = peer;
  if (ipBlock !== undefined) {
    const all = rangesOf(ipBlock.cidr);
    // What is no IPv4 network is nothing that a flow could mean.
    return all.length > 0 && subtract(all, ipBlock.except ?? []).every((range) => covered(range, declared.ranges));
  }
  const labels = namespaceSelector?.matchLabels ?? {};
  const namespace = namespaceSelector === undefined ? own : labels[namespaceNameLabel];
  if (namespace === undefined || podSelector.matchExpressions !== undefined) return false;
  return declared.pods.has(podsKey(namespace, podSelector.matchLabels ?? {}));
}
