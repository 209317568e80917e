import type { Range } from "../config/cidr.ts";
import type { Environment } from "../config/environment.ts";
import { type Flow, isPods, type Peer, type Pods, type WellKnownPeer } from "../constructs/flow.ts";
import { covered, publicRanges, rangesOf, subtract } from "./addresses.ts";
import { fieldsOf, type NetworkPolicyPeer, type NetworkPolicyPort, type NetworkPolicySpec } from "./kinds.ts";
import { selects } from "./labels.ts";
import { namespaceLabels, namespaceNameLabel } from "./namespaces.ts";
import type { LabelSelector, StringMap } from "./pod-spec.ts";
import { type PodTemplate, selectedPods } from "./pods.ts";
import { portNumber } from "./services.ts";
import { oncePerTree, type Tree } from "./tree.ts";

/** Pods with labels in a namespace. The template is known when it is rendered. */
export interface PodEnd {
  readonly namespace: string;
  readonly labels: StringMap;
  readonly pod: PodTemplate | undefined;
}

/** One end of a connection as policies see it: pods, or addresses. */
export type End = PodEnd | { readonly ranges: readonly Range[] };

export function isPodEnd(end: End): end is PodEnd {
  return "namespace" in end;
}

/** What each well-known peer of a flow is on the wire. */
const wellKnown: Readonly<Record<WellKnownPeer, (environment: Environment) => End>> = {
  dns: () => ({ namespace: "kube-system", labels: { "k8s-app": "kube-dns" }, pod: undefined }),
  "api-server": ({ hetzner }) => ({ ranges: rangesOf(hetzner.serverRange) }),
  // A server reaches a pod on another one with its tunnel's address, which is one of the pod range.
  servers: ({ hetzner, cluster }) => ({ ranges: [...rangesOf(hetzner.serverRange), ...rangesOf(cluster.podCidr)] }),
  internet: () => ({ ranges: publicRanges }),
  // The load balancer has its private address in the servers' range.
  anywhere: ({ hetzner, cluster }) => ({
    ranges: [...publicRanges, ...rangesOf(hetzner.serverRange), ...rangesOf(cluster.podCidr)],
  }),
};

const knownEnds = oncePerTree(() => new Map<Peer, readonly End[]>());

/** The ends that a peer of a flow stands for: the rendered pods with its labels, or its labels when none are rendered. */
export function endsOf(tree: Tree, peer: Peer): readonly End[] {
  const known = knownEnds(tree).get(peer);
  if (known) return known;
  const ends = isPods(peer) ? podEnds(tree, peer) : [wellKnown[peer](tree.environment)];
  knownEnds(tree).set(peer, ends);
  return ends;
}

function podEnds(tree: Tree, { namespace, labels }: Pods): readonly PodEnd[] {
  const pods = selectedPods(tree, namespace, { matchLabels: labels });
  if (pods.length === 0) return [{ namespace, labels, pod: undefined }];
  return pods.map((pod) => ({ namespace, labels: pod.labels, pod }));
}

export type Direction = "ingress" | "egress";

/** One peer with the ports that are open to it; no peer is everybody, no ports are all. */
interface Opening {
  readonly peer: NetworkPolicyPeer | undefined;
  readonly ports: readonly NetworkPolicyPort[];
}

/**
 * What a policy opens in one direction. Peers of a single namespace are found by its name: a policy may list thousands.
 */
interface Openings {
  readonly anywhere: readonly Opening[];
  readonly byNamespace: ReadonlyMap<string, readonly Opening[]>;
}

interface Policy {
  readonly selector: LabelSelector;
  /** Undefined where the policy does not restrict that direction. */
  readonly ingress: Openings | undefined;
  readonly egress: Openings | undefined;
}

/**
 * Whether the policies at one end let a connection pass: `own` is the end whose policies are asked, `other` the one it
 * talks to. NetworkPolicy v1: no policy of that direction allows everything, several add up.
 */
export function passes(
  tree: Tree,
  direction: Direction,
  own: PodEnd,
  other: End,
  flow: Pick<Flow, "port" | "protocol">,
): boolean {
  const policies = policiesOf(tree, own).flatMap((policy) => policy[direction] ?? []);
  if (policies.length === 0) return true;
  const target = direction === "ingress" ? own : other;
  const open: Range[] = [];
  for (const { anywhere, byNamespace } of policies) {
    const openings = isPodEnd(other) ? [...anywhere, ...(byNamespace.get(other.namespace) ?? [])] : anywhere;
    for (const { peer, ports } of openings) {
      if (ports.length > 0 && !ports.some((port) => coversPort(port, flow, target))) continue;
      if (peer === undefined) return true;
      if (isPodEnd(other) && admits(tree, own.namespace, peer, other)) return true;
      if (!isPodEnd(other) && peer.ipBlock)
        open.push(...subtract(rangesOf(peer.ipBlock.cidr), peer.ipBlock.except ?? []));
    }
  }
  return !isPodEnd(other) && other.ranges.every((range) => covered(range, open));
}

/** Whether a policy restricts that direction: without policyTypes ingress always, and egress when it has such rules. */
export function governs(spec: NetworkPolicySpec, direction: Direction): boolean {
  const types = spec.policyTypes ?? (spec.egress ? ["Ingress", "Egress"] : ["Ingress"]);
  return types.includes(direction === "ingress" ? "Ingress" : "Egress");
}

const index = oncePerTree((tree) => {
  const byKey = new Map<string, Policy[]>();
  for (const manifest of tree.ofKind("NetworkPolicy")) {
    const { spec = {} } = fieldsOf(manifest, "NetworkPolicy");
    const selector = spec.podSelector ?? {};
    const namespace = manifest.object.metadata.namespace ?? "";
    const [label] = Object.entries(selector.matchLabels ?? {});
    const key = label === undefined ? namespace : `${namespace} ${label[0]}=${label[1]}`;
    const policy = { selector, ingress: openingsOf(spec, "ingress"), egress: openingsOf(spec, "egress") };
    const list = byKey.get(key);
    if (list) list.push(policy);
    else byKey.set(key, [policy]);
  }
  return byKey;
});

function policiesOf(tree: Tree, { namespace, labels }: PodEnd): Policy[] {
  const keys = [namespace, ...Object.entries(labels).map(([key, value]) => `${namespace} ${key}=${value}`)];
  return keys.flatMap((key) => index(tree).get(key) ?? []).filter(({ selector }) => selects(selector, labels));
}

function openingsOf(spec: NetworkPolicySpec, direction: Direction): Openings | undefined {
  if (!governs(spec, direction)) return undefined;
  const rules =
    direction === "ingress"
      ? (spec.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports }))
      : (spec.egress ?? []).map(({ to, ports }) => ({ peers: to, ports }));
  const anywhere: Opening[] = [];
  const byNamespace = new Map<string, Opening[]>();
  for (const { peers = [], ports = [] } of rules) {
    if (peers.length === 0) anywhere.push({ peer: undefined, ports });
    for (const peer of peers) {
      const name = peer.namespaceSelector?.matchLabels?.[namespaceNameLabel];
      const list = name === undefined ? anywhere : byNamespace.get(name);
      if (list) list.push({ peer, ports });
      else if (name !== undefined) byNamespace.set(name, [{ peer, ports }]);
    }
  }
  return { anywhere, byNamespace };
}

function coversPort(
  allowed: NetworkPolicyPort,
  { port, protocol = "TCP" }: Pick<Flow, "port" | "protocol">,
  target: End,
): boolean {
  if ((allowed.protocol ?? "TCP") !== protocol) return false;
  if (allowed.port === undefined) return true;
  if (typeof allowed.port === "number") return port >= allowed.port && port <= (allowed.endPort ?? allowed.port);
  // A name means the port of the receiving pod.
  return isPodEnd(target) && target.pod !== undefined && portNumber(target.pod, allowed.port, protocol) === port;
}

function admits(tree: Tree, policyNamespace: string, peer: NetworkPolicyPeer, { namespace, labels }: PodEnd): boolean {
  const { ipBlock, namespaceSelector, podSelector } = peer;
  if (ipBlock !== undefined) return false;
  const isInNamespace =
    namespaceSelector === undefined
      ? namespace === policyNamespace
      : selects(namespaceSelector, namespaceLabels(tree).get(namespace) ?? { [namespaceNameLabel]: namespace });
  return isInNamespace && (podSelector === undefined || selects(podSelector, labels));
}
