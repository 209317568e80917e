import type { Environment } from "../config/environment.ts";
import { UserError } from "../config/user-error.ts";
import {
  IntOrString,
  type NetworkPolicyPeer,
  type NetworkPolicyPort,
  NetworkPolicyPortProtocol,
  type NetworkPolicySpec,
  NetworkPolicySpecPolicyTypes,
} from "../imports/k8s.ts";
import type { NamespaceDeclaration } from "./app.ts";
import { type Flow, isPods, type Peer, type Pods } from "./flow.ts";

export interface CompiledPolicy {
  readonly namespace: string;
  readonly name: string;
  readonly spec: NetworkPolicySpec;
}

const { EGRESS, INGRESS } = NetworkPolicySpecPolicyTypes;

/**
 * Compiles declared flows into NetworkPolicies: in every isolated namespace one policy that refuses everything, and one
 * for each set of pods that opens exactly its flows. A flow between two isolated namespaces opens both ends.
 * Throws a UserError when two sets of pods in a namespace share a name.
 */
export function compilePolicies(
  environment: Environment,
  namespaces: readonly NamespaceDeclaration[],
  flows: readonly Flow[],
): CompiledPolicy[] {
  const isolated = new Set(namespaces.filter((one) => one.isolated).map(({ name }) => name));
  const bySelector = new Map<string, { pods: Pods; ingress: Flow[]; egress: Flow[] }>();

  const entry = (pods: Pods) => {
    const key = `${pods.namespace}/${pods.name}`;
    const known = bySelector.get(key);
    if (known && labelsOf(known.pods) !== labelsOf(pods)) {
      throw new UserError(
        `The pods "${pods.name}" of ${pods.namespace} are declared with two sets of labels: ${labelsOf(known.pods)} and ${labelsOf(pods)}.`,
        {
          remedy: "Declare them once and import the constant, or give the other set its own name.",
        },
      );
    }
    const made = known ?? { pods, ingress: [], egress: [] };
    bySelector.set(key, made);
    return made;
  };
  for (const flow of flows) {
    if (isPods(flow.from) && isolated.has(flow.from.namespace)) entry(flow.from).egress.push(flow);
    if (isPods(flow.to) && isolated.has(flow.to.namespace)) entry(flow.to).ingress.push(flow);
  }

  const denials = [...isolated].sort().map((namespace) => ({
    namespace,
    name: "default-deny",
    spec: { podSelector: {}, policyTypes: [INGRESS, EGRESS] },
  }));
  const openings = [...bySelector.values()].map(({ pods, ingress, egress }) => ({
    namespace: pods.namespace,
    name: pods.name,
    spec: {
      podSelector: { matchLabels: { ...pods.labels } },
      policyTypes: [...(ingress.length > 0 ? [INGRESS] : []), ...(egress.length > 0 ? [EGRESS] : [])],
      ...(ingress.length > 0
        ? { ingress: byPeer(ingress, "from").map(([peer, ports]) => ({ from: peersOf(environment, peer), ports })) }
        : {}),
      ...(egress.length > 0
        ? { egress: byPeer(egress, "to").map(([peer, ports]) => ({ to: peersOf(environment, peer), ports })) }
        : {}),
    },
  }));
  return [...denials, ...openings];
}

function labelsOf(pods: Pods): string {
  return JSON.stringify(Object.entries(pods.labels).sort());
}

/** One rule for each peer, with all its ports. */
function byPeer(flows: readonly Flow[], end: "from" | "to"): [Peer, NetworkPolicyPort[]][] {
  const rules = new Map<string, [Peer, NetworkPolicyPort[]]>();
  for (const flow of flows) {
    const peer = flow[end];
    const key = isPods(peer) ? `${peer.namespace} ${labelsOf(peer)}` : peer;
    const rule = rules.get(key) ?? [peer, []];
    rule[1].push(portOf(flow));
    rules.set(key, rule);
  }
  return [...rules.values()];
}

function portOf({ port, protocol = "TCP" }: Flow): NetworkPolicyPort {
  return { port: IntOrString.fromNumber(port), protocol: NetworkPolicyPortProtocol[protocol] };
}

function peersOf({ hetzner, cluster }: Environment, peer: Peer): NetworkPolicyPeer[] {
  if (isPods(peer)) return [podPeer(peer.namespace, peer.labels)];
  switch (peer) {
    case "dns":
      return [podPeer("kube-system", { "k8s-app": "kube-dns" })];
    // Policies see the address behind the Service `kubernetes`: a control plane on the private network.
    case "api-server":
      return [{ ipBlock: { cidr: hetzner.serverRange } }];
    // A server reaches a pod on another server through the tunnel, with its tunnel address out of the pod range.
    case "servers":
      return [{ ipBlock: { cidr: hetzner.serverRange } }, { ipBlock: { cidr: cluster.podCidr } }];
    case "internet":
      // 169.254.0.0/16 holds the metadata service, which hands a server's secrets to whoever asks.
      return [
        {
          ipBlock: {
            cidr: "0.0.0.0/0",
            except: [hetzner.networkRange, cluster.podCidr, cluster.serviceCidr, "169.254.0.0/16"],
          },
        },
      ];
    case "anywhere":
      return [{ ipBlock: { cidr: "0.0.0.0/0" } }];
  }
}

function podPeer(namespace: string, labels: Readonly<Record<string, string>>): NetworkPolicyPeer {
  return {
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
    podSelector: { matchLabels: { ...labels } },
  };
}
