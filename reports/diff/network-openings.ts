import { covered, rangesOf, subtract } from "../../checks/addresses.ts";
import type { NetworkPolicyPeer, NetworkPolicyPort, NetworkPolicySpec } from "../../checks/kinds.ts";
import { showSelector } from "../../checks/labels.ts";
import { namespaceNameLabel } from "../../checks/namespaces.ts";
import type { Direction } from "../../checks/network.ts";
import type { LabelSelector } from "../../checks/pod-spec.ts";
import type { Range } from "../../config/cidr.ts";
import { implies } from "./selectors.ts";

/** Peers and ports that one rule of a policy opens together. */
export interface Opening {
  readonly peer: Peer;
  readonly port: Port;
}

type Peer =
  | { readonly kind: "everybody" }
  | { readonly kind: "pods"; readonly namespaces: LabelSelector; readonly pods: LabelSelector }
  | { readonly kind: "addresses"; readonly text: string; readonly ranges: readonly Range[] };

/** Numbers of one protocol, or the port that a pod gives this name. */
type Port =
  | { readonly protocol: string; readonly first: number; readonly last: number }
  | { readonly protocol: string; readonly name: string };

const lastPort = 65_535;
const protocols = ["TCP", "UDP", "SCTP"];

/** Everything that a policy opens in one direction, as single openings. */
export function openingsOf(spec: NetworkPolicySpec, namespace: string, direction: Direction): Opening[] {
  const rules =
    direction === "ingress"
      ? (spec.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports }))
      : (spec.egress ?? []).map(({ to, ports }) => ({ peers: to, ports }));
  return rules.flatMap(({ peers = [], ports = [] }) => {
    const open = peers.length === 0 ? [{ kind: "everybody" } as const] : peers.map((peer) => peerOf(peer, namespace));
    const numbers = ports.length === 0 ? everyPort() : ports.flatMap(portOf);
    return open.flatMap((peer) => numbers.map((port) => ({ peer, port })));
  });
}

export function everything(): Opening[] {
  return everyPort().map((port) => ({ peer: { kind: "everybody" }, port }));
}

/** Whether all that one opening lets through is let through by the others together. */
export function isCovered({ peer, port }: Opening, known: readonly Opening[]): boolean {
  const same = known.filter((one) => one.port.protocol === port.protocol);
  if ("name" in port) {
    return coversPeer(
      same.filter((one) => ("name" in one.port ? one.port.name === port.name : isEveryNumber(one.port))),
      peer,
    );
  }
  const numbered = same.flatMap((one) => ("name" in one.port ? [] : [{ peer: one.peer, ...one.port }]));
  // Between two bounds of what is known the answer is one for all numbers.
  const starts = new Set([port.first, ...numbered.flatMap(({ first, last }) => [first, last + 1])]);
  return [...starts]
    .filter((number) => number >= port.first && number <= port.last)
    .every((number) =>
      coversPeer(
        numbered.filter(({ first, last }) => first <= number && number <= last),
        peer,
      ),
    );
}

function coversPeer(known: readonly { readonly peer: Peer }[], peer: Peer): boolean {
  const peers = known.map((one) => one.peer);
  if (peers.some(({ kind }) => kind === "everybody")) return true;
  if (peer.kind === "everybody") return false;
  if (peer.kind === "pods") {
    return peers.some(
      (one) => one.kind === "pods" && implies(peer.namespaces, one.namespaces) && implies(peer.pods, one.pods),
    );
  }
  const addresses = peers.flatMap((one) => (one.kind === "addresses" ? [one] : []));
  if (addresses.some(({ text }) => text === peer.text)) return true;
  const open = addresses.flatMap(({ ranges }) => ranges);
  return peer.ranges.length > 0 && peer.ranges.every((range) => covered(range, open));
}

function peerOf({ ipBlock, namespaceSelector, podSelector = {} }: NetworkPolicyPeer, namespace: string): Peer {
  if (ipBlock) {
    const { cidr, except = [] } = ipBlock;
    const text = except.length === 0 ? cidr : `${cidr} without ${[...except].sort().join(", ")}`;
    return { kind: "addresses", text, ranges: subtract(rangesOf(cidr), except) };
  }
  // Without a selector of namespaces it is the policy's own.
  const own = { matchLabels: { [namespaceNameLabel]: namespace } };
  return { kind: "pods", namespaces: namespaceSelector ?? own, pods: podSelector };
}

function portOf({ port, endPort, protocol = "TCP" }: NetworkPolicyPort): Port[] {
  if (port === undefined) return [{ protocol, first: 0, last: lastPort }];
  if (typeof port === "string") return [{ protocol, name: port }];
  return [{ protocol, first: port, last: endPort ?? port }];
}

function everyPort(): Port[] {
  return protocols.map((protocol) => ({ protocol, first: 0, last: lastPort }));
}

function isEveryNumber({ first, last }: { readonly first: number; readonly last: number }): boolean {
  return first === 0 && last === lastPort;
}

/** "from pods app=a of namespaces kubernetes.io/metadata.name=b on 8080/TCP" */
export function showOpening({ peer, port }: Opening, direction: Direction): string {
  const word = direction === "ingress" ? "from" : "to";
  return `${word} ${showPeer(peer)} on ${showPort(port)}`;
}

function showPeer(peer: Peer): string {
  if (peer.kind === "everybody") return "everywhere";
  if (peer.kind === "addresses") return peer.text;
  return `${showSelector(peer.pods)} in ${peer.namespaces.matchLabels?.[namespaceNameLabel] ?? showSelector(peer.namespaces)}`;
}

function showPort(port: Port): string {
  if ("name" in port) return `port ${port.name}`;
  if (isEveryNumber(port)) return `every ${port.protocol} port`;
  return `${port.first}${port.last === port.first ? "" : `-${port.last}`}/${port.protocol}`;
}
