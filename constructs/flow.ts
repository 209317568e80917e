/** A set of pods, by namespace and labels. `name` is what policies are called after. */
export interface Pods {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * The ends of a connection that are not pods.
 * - `dns`: the cluster's name service.
 * - `api-server`: the Kubernetes API on the control plane's private addresses.
 * - `internet`: every public address; private ranges and the cloud's metadata address are left out.
 * - `anywhere`: internet and load balancer, for what is open to the world.
 * - `servers`: the servers themselves (API server calling a webhook, kubelets), also through the pod tunnel.
 */
export type WellKnownPeer = "dns" | "api-server" | "internet" | "anywhere" | "servers";

export type Peer = Pods | WellKnownPeer;

/** One kind of connection that must work. Everything that no flow declares is refused by the network policies. */
export interface Flow {
  readonly from: Peer;
  readonly to: Peer;
  /** Destination port as the receiving pod sees it. */
  readonly port: number;
  /** TCP unless said otherwise. */
  readonly protocol?: "TCP" | "UDP";
  /** Why it is needed: the reason that a reviewer reads. */
  readonly why: string;
}

export function isPods(peer: Peer): peer is Pods {
  return typeof peer !== "string";
}

/** The two flows behind "may resolve names": large answers come by TCP. */
export function dnsFlows(from: Pods): Flow[] {
  const why = "resolves the names of Services and hosts";
  return [
    { from, to: "dns", port: 53, protocol: "UDP", why },
    { from, to: "dns", port: 53, protocol: "TCP", why },
  ];
}
