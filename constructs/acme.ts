import type { Environment } from "../config/environment.ts";
import type { Flow, Pods } from "./flow.ts";

/** ClusterIssuer of each Let's Encrypt server. */
export const issuerNames = { staging: "letsencrypt-staging", production: "letsencrypt-production" } as const;

/** The issuer that the environment's Ingresses ask. */
export function issuerName(environment: Environment): string {
  return issuerNames[environment.acme.server];
}

/** Pods that cert-manager starts beside an Ingress to answer an HTTP-01 challenge (cert-manager v1.21.1 pkg/issuer/acme/http). */
export function solverPods(namespace: string): Pods {
  return { name: "acme-solver", namespace, labels: { "acme.cert-manager.io/http01-solver": "true" } };
}

export const solverPort = 8089;

/** What a namespace with a public Ingress needs for its certificate. */
export function challengeFlow(ingressController: Pods, namespace: string): Flow {
  return {
    from: ingressController,
    to: solverPods(namespace),
    port: solverPort,
    why: "Let's Encrypt fetches the answer to its HTTP-01 challenge",
  };
}
