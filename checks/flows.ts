import { type Flow, isPods, type Peer } from "../constructs/flow.ts";
import type { Manifest } from "../render/manifest.ts";
import type { PodEnd } from "./network.ts";
import { oncePerTree, type Tree } from "./tree.ts";

/** "chat-app/chat-server to dns, port 53/UDP": how messages name a flow. */
export function describeFlow({ from, to, port, protocol = "TCP" }: Flow): string {
  return `from ${describePeer(from)} to ${describePeer(to)}, port ${port}/${protocol}`;
}

export function describePeer(peer: Peer): string {
  return isPods(peer) ? `${peer.namespace}/${peer.name}` : peer;
}

/** The manifest that a finding about pods is attached to: their workload if it is rendered, else their namespace. */
export function ownerOf(tree: Tree, { pod, namespace }: Pick<PodEnd, "pod" | "namespace">): Manifest {
  const owner = pod?.manifest ?? tree.find("Namespace", undefined, namespace) ?? tree.manifests[0];
  if (owner === undefined) throw new Error("an environment without manifests has no flows to check");
  return owner;
}

/** Namespaces whose policies refuse what no flow declares. */
export const isolatedNamespaces = oncePerTree(
  (tree): ReadonlySet<string> => new Set(tree.namespaces.flatMap(({ name, isolated }) => (isolated ? [name] : []))),
);

const byDestination = oncePerTree((tree) =>
  Map.groupBy(tree.flows, ({ to }) => (isPods(to) ? to.namespace : undefined)),
);

/** Flows to pods of a namespace. */
export function flowsInto(tree: Tree, namespace: string): readonly Flow[] {
  return byDestination(tree).get(namespace) ?? [];
}
