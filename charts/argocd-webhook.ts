import { challengeFlow } from "../constructs/acme.ts";
import { defineApp } from "../constructs/app.ts";
import { argocdNamespace } from "../constructs/argocd-configuration.ts";
import { appLabels } from "../constructs/labels.ts";
import { PublicIngress } from "../constructs/public-ingress.ts";
import { KubeService, ServiceSpecType } from "../imports/k8s.ts";
import { Middleware } from "../imports/traefik.io.ts";
import { argocdServerPods } from "./argocd.ts";
import { securityHeadersMiddleware, traefikPods } from "./traefik.ts";

const name = "argocd-webhook";

/**
 * A namespace of its own: Traefik reads the Secrets of every namespace that it routes to, and those of Argo CD let their
 * reader sign in as its administrator.
 */
const namespace = name;

/**
 * The headers by which Argo CD takes a request for the event of another git host (argo-cd v3.4.4 util/webhook/webhook.go).
 * Only GitHub's secret is set, and for a host without one Argo CD believes whoever sends such an event.
 */
const otherHostsHeaders = ["X-Vss-Activityid", "X-Gogs-Event", "X-Gitlab-Event", "X-Hook-UUID", "X-Event-Key"];

/** Port of Argo CD's server pods; its Service listens on 80. */
const serverPort = 8080;

export default defineApp({
  name,
  namespace,
  summary: "One path of Argo CD, open to the git host: a push is deployed in seconds",
  dependsOn: ["argocd", "issuers", "traefik"],
  enabled: ({ features }) => features.argocdWebhook,
  namespaces: [
    {
      name: namespace,
      podSecurity: "restricted",
      // Two ACME solvers.
      quota: { cpuRequests: "100m", memoryRequests: "256Mi", memoryLimits: "256Mi", pods: 4 },
      isolated: true,
    },
  ],
  flows: () => [
    { from: traefikPods, to: argocdServerPods, port: serverPort, why: "push events of the git host" },
    challengeFlow(traefikPods, namespace),
  ],
  render(chart, { environment }) {
    const labels = appLabels(name);

    const service = "argocd-server";
    new KubeService(chart, "service", {
      metadata: { name: service, labels },
      spec: {
        type: ServiceSpecType.EXTERNAL_NAME,
        externalName: `${service}.${argocdNamespace}.svc.cluster.local`,
        ports: [{ name: "http", port: 80 }],
      },
    });

    // A push is one request; whoever sends more knocks in vain.
    new Middleware(chart, "rate-limit", {
      metadata: { name: "webhook-rate-limit", labels },
      spec: { rateLimit: { average: 5, burst: 20 } },
    });

    // Traefik takes a header away that is set to nothing.
    new Middleware(chart, "github-only", {
      metadata: { name: "webhook-github-only", labels },
      spec: { headers: { customRequestHeaders: Object.fromEntries(otherHostsHeaders.map((header) => [header, ""])) } },
    });

    // Exactly this path: the web interface has no login of its own yet and stays behind a port-forward.
    new PublicIngress(chart, "public", {
      environment,
      name,
      labels,
      host: `argocd.${environment.domain}`,
      path: "/api/webhook",
      match: "exact",
      service: { name: service, portName: "http" },
      middlewares: [securityHeadersMiddleware, `${namespace}-webhook-rate-limit`, `${namespace}-webhook-github-only`],
    });
  },
});
