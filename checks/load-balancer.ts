import { parseCidr } from "../config/cidr.ts";
import type { Manifest } from "../render/manifest.ts";
import { parseGoDuration } from "./duration.ts";
import { fieldsOf } from "./kinds.ts";
import type { Tree } from "./tree.ts";

export const prefix = "load-balancer.hetzner.cloud/";

/** A kind of annotation value: what is allowed, for the message, and the test as the controller's code parses it. */
interface ValueKind {
  readonly allowed: string;
  readonly accepts: (value: string) => boolean;
}

const text: ValueKind = { allowed: "any text", accepts: () => true };
const bool: ValueKind = {
  allowed: '"true" or "false"',
  accepts: (value) => /^(1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/.test(value),
};
const int: ValueKind = { allowed: "a whole number", accepts: (value) => /^[+-]?\d+$/.test(value) };
const duration: ValueKind = {
  allowed: 'a Go duration with its unit, such as "15s"',
  accepts: (value) => parseGoDuration(value) !== undefined,
};
const idleTimeout: ValueKind = {
  allowed: "a Go duration from 30s to 300s",
  accepts: (value) => {
    const timeoutMs = parseGoDuration(value) ?? 0;
    return timeoutMs >= 30_000 && timeoutMs <= 300_000;
  },
};
const ipv4: ValueKind = { allowed: "an IPv4 address", accepts: (value) => parseCidr(`${value}/32`) !== undefined };
const cidr: ValueKind = {
  allowed: "an IPv4 network such as 10.0.1.0/24",
  accepts: (value) => parseCidr(value) !== undefined,
};
const oneOf = (...values: readonly string[]): ValueKind => ({
  allowed: values.join(" or "),
  accepts: (value) => values.includes(value),
});
const protocol = oneOf("tcp", "http", "https");

/**
 * Every annotation of a LoadBalancer Service that hcloud-cloud-controller-manager knows, with the kind of its value;
 * `read-only` is set by the controller. Source: v1.35.0 docs/reference/load_balancer_annotations.md, and
 * internal/annotation for how values are parsed (the page calls three durations numbers).
 */
export const annotations: Readonly<Record<string, ValueKind | "read-only">> = {
  "algorithm-type": oneOf("round_robin", "least_connections"),
  "certificate-type": oneOf("uploaded", "managed"),
  "disable-private-ingress": bool,
  "disable-public-network": bool,
  "health-check-http-domain": text,
  "health-check-http-path": text,
  "health-check-http-validate-certificate": bool,
  "health-check-interval": duration,
  "health-check-port": int,
  "health-check-protocol": protocol,
  "health-check-retries": int,
  "health-check-timeout": duration,
  hostname: text,
  "http-certificates": text,
  "http-cookie-lifetime": duration,
  "http-cookie-name": text,
  "http-managed-certificate-domains": text,
  "http-managed-certificate-name": text,
  "http-redirect-http": bool,
  "http-status-codes": text,
  "http-sticky-sessions": bool,
  "http-timeout-idle": idleTimeout,
  id: "read-only",
  ipv4: "read-only",
  "ipv4-rdns": "read-only",
  ipv6: "read-only",
  "ipv6-disabled": bool,
  "ipv6-rdns": "read-only",
  location: text,
  name: text,
  "network-zone": text,
  "node-selector": text,
  "private-ipv4": ipv4,
  "private-subnet-ip-range": cidr,
  protocol,
  type: text,
  "use-private-ip": bool,
  "uses-proxyprotocol": bool,
};

/**
 * A Service with its Hetzner annotations, without their prefix. A value may be no text: the schema check says so too.
 */
export interface AnnotatedService {
  readonly manifest: Manifest;
  readonly isLoadBalancer: boolean;
  readonly values: ReadonlyMap<string, unknown>;
}

/** Services of type LoadBalancer, and others that carry one of the annotations. */
export function* annotatedServices(tree: Tree): Generator<AnnotatedService> {
  for (const manifest of tree.ofKind("Service")) {
    const entries = Object.entries(manifest.object.metadata.annotations ?? {}).filter(([name]) =>
      name.startsWith(prefix),
    );
    const isLoadBalancer = fieldsOf(manifest, "Service").spec?.type === "LoadBalancer";
    const values = new Map(entries.map(([name, value]) => [name.slice(prefix.length), value]));
    if (isLoadBalancer || values.size > 0) yield { manifest, isLoadBalancer, values };
  }
}

/** Services of type LoadBalancer. */
export function* loadBalancers(tree: Tree): Generator<AnnotatedService> {
  for (const service of annotatedServices(tree)) if (service.isLoadBalancer) yield service;
}

/** Whether a bool annotation is set, as Go's strconv.ParseBool reads it. */
export function isOn(value: unknown): boolean {
  return typeof value === "string" && /^(1|t|T|TRUE|true|True)$/.test(value);
}
