import type { Environment } from "../config/environment.ts";

/** How often the load balancer asks a server, and how many failures take it out of rotation. */
export const healthCheck = { intervalSeconds: 10, timeoutSeconds: 5, retries: 3 } as const;

const prefix = "load-balancer.hetzner.cloud/";

/**
 * Annotations of a LoadBalancer Service for hcloud-cloud-controller-manager. It ignores a misspelt name silently, and
 * without a location it never creates the load balancer (docs/reference/load_balancer_annotations.md @v1.35.0).
 */
export function loadBalancerAnnotations(environment: Environment, name: string): Record<string, string> {
  const { location, loadBalancerType } = environment.hetzner;
  const annotations = {
    location,
    type: loadBalancerType,
    name,
    // Traffic stays on the private network, where the load balancer has one fixed range of addresses to trust.
    "use-private-ip": "true",
    // The private address would be published beside the public one, and Ingresses would carry both.
    "disable-private-ingress": "true",
    // The only way to see the visitor's address behind a TCP load balancer.
    "uses-proxyprotocol": "true",
    // WebSockets last for hours: counting them is fairer than taking turns.
    "algorithm-type": "least_connections",
    "health-check-protocol": "tcp",
    "health-check-interval": `${healthCheck.intervalSeconds}s`,
    "health-check-timeout": `${healthCheck.timeoutSeconds}s`,
    "health-check-retries": String(healthCheck.retries),
  };
  return Object.fromEntries(Object.entries(annotations).map(([key, value]) => [`${prefix}${key}`, value]));
}
