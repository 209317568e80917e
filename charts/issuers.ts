import { issuerNames } from "../constructs/acme.ts";
import { defineApp } from "../constructs/app.ts";
import { ingressClassName } from "../constructs/public-ingress.ts";
import { ClusterIssuer } from "../imports/cert-manager.io.ts";

const directories = {
  staging: "https://acme-staging-v02.api.letsencrypt.org/directory",
  production: "https://acme-v02.api.letsencrypt.org/directory",
} as const;

export default defineApp({
  name: "issuers",
  namespace: "cert-manager",
  summary: "Let's Encrypt staging and production, by HTTP-01 through Traefik",
  // Traefik answers the challenge, and its load balancer must have its address first.
  dependsOn: ["cert-manager", "traefik"],
  render(chart, { environment }) {
    const { email } = environment.acme;
    for (const server of ["staging", "production"] as const) {
      new ClusterIssuer(chart, server, {
        metadata: { name: issuerNames[server] },
        spec: {
          acme: {
            server: directories[server],
            ...(email === undefined ? {} : { email }),
            // Accounts of the two servers differ, and so must their keys.
            privateKeySecretRef: { name: `${issuerNames[server]}-account` },
            // Only the class: together with `class` it is refused, and the default NodePort Service would open a port.
            solvers: [{ http01: { ingress: { ingressClassName, serviceType: "ClusterIP" } } }],
          },
        },
      });
    }
  },
});
