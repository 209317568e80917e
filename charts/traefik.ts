import { ServiceAccount } from "cdk8s-plus-28";
import type { Environment } from "../config/environment.ts";
import { solverPort } from "../constructs/acme.ts";
import { defineApp } from "../constructs/app.ts";
import { dnsFlows, type Flow, isPods, type Pods } from "../constructs/flow.ts";
import { healthCheck, loadBalancerAnnotations } from "../constructs/hetzner-load-balancer.ts";
import { appLabels, selectorLabels } from "../constructs/labels.ts";
import { resources, restrictedContainer, restrictedPod, spreadOverServers } from "../constructs/pod-defaults.ts";
import { ingressClassName } from "../constructs/public-ingress.ts";
import { addTraefikAccess } from "../constructs/traefik-access.ts";
import {
  DeploymentStrategyType,
  IntOrString,
  KubeDeployment,
  KubeIngressClass,
  KubePodDisruptionBudget,
  KubeService,
  ServiceSpecExternalTrafficPolicy,
  ServiceSpecType,
} from "../imports/k8s.ts";
import { Middleware, TlsOption } from "../imports/traefik.io.ts";

const name = "traefik";
const namespace = "traefik";

export const traefikPods: Pods = { name, namespace, labels: selectorLabels(name) };

/** For the annotation of an Ingress: HSTS, no framing, no sniffing. */
export const securityHeadersMiddleware = `${namespace}-security-headers`;
/** For the annotation of an Ingress: a bound for one address, far above a person. */
export const rateLimitMiddleware = `${namespace}-rate-limit`;

/** Above 1024: the image runs without any capability. */
const containerPorts = { web: 8000, websecure: 8443, traefik: 8080, metrics: 9100 } as const;

/** Keeps accepting while the load balancer and Traefik's peers learn that this pod is going. */
const acceptGraceSeconds = healthCheck.intervalSeconds * healthCheck.retries + healthCheck.timeoutSeconds;
/** Then open requests may end; a WebSocket that is still there is closed, and its client resumes elsewhere. */
const graceSeconds = 20;
const terminationGraceSeconds = acceptGraceSeconds + graceSeconds + 5;

/** Namespaces with a public Ingress, known by the flow to their ACME solvers, and its own for middlewares. */
function routedNamespaces(flows: readonly Flow[]): string[] {
  const challenges = flows.filter(({ from, port }) => from === traefikPods && port === solverPort);
  return [...new Set([namespace, ...challenges.flatMap(({ to }) => (isPods(to) ? [to.namespace] : []))])].sort();
}

function args({ hetzner, cluster }: Environment, namespaces: readonly string[]): string[] {
  // Kubernetes forwards between servers with their own or the tunnel's address, so both ranges may bring the header.
  const trusted = `${hetzner.networkRange},${cluster.podCidr}`;
  const publicEntryPoint = (entryPoint: "web" | "websecure") => [
    `--entryPoints.${entryPoint}.address=:${containerPorts[entryPoint]}/tcp`,
    // Or an Ingress that names no entry point, a solver's above all, would be served on the metrics port too.
    `--entryPoints.${entryPoint}.asDefault=true`,
    `--entryPoints.${entryPoint}.proxyProtocol.trustedIPs=${trusted}`,
    `--entryPoints.${entryPoint}.transport.lifeCycle.requestAcceptGraceTimeout=${acceptGraceSeconds}s`,
    `--entryPoints.${entryPoint}.transport.lifeCycle.graceTimeOut=${graceSeconds}s`,
  ];
  const list = namespaces.join(",");
  return [
    ...publicEntryPoint("web"),
    // The port that people see: the one of the entry point is the container's.
    "--entryPoints.web.http.redirections.entryPoint.to=:443",
    "--entryPoints.web.http.redirections.entryPoint.scheme=https",
    "--entryPoints.web.http.redirections.entryPoint.permanent=true",
    // Challenges of Let's Encrypt are answered on port 80.
    "--entryPoints.web.allowACMEByPass=true",
    ...publicEntryPoint("websecure"),
    // A certificate in an Ingress does not make its router speak TLS; this does.
    "--entryPoints.websecure.http.tls=true",
    `--entryPoints.traefik.address=:${containerPorts.traefik}/tcp`,
    `--entryPoints.metrics.address=:${containerPorts.metrics}/tcp`,
    "--ping=true",
    "--metrics.prometheus=true",
    "--metrics.prometheus.entryPoint=metrics",
    "--accesslog=true",
    "--accesslog.format=json",
    "--log.level=INFO",
    "--log.format=json",
    "--global.checkNewVersion=false",
    "--global.sendAnonymousUsage=false",
    "--providers.kubernetesIngress=true",
    `--providers.kubernetesIngress.namespaces=${list}`,
    // The webhook's Ingress leads into Argo CD's namespace without lying in it (docs/decisions/traefik-rights.md).
    "--providers.kubernetesIngress.allowExternalNameServices=true",
    `--providers.kubernetesIngress.ingressClass=${ingressClassName}`,
    // Without an address in their status Ingresses stay Progressing for ever in Argo CD.
    `--providers.kubernetesIngress.ingressEndpoint.publishedService=${namespace}/${name}`,
    "--providers.kubernetesCRD=true",
    `--providers.kubernetesCRD.namespaces=${list}`,
  ];
}

export default defineApp({
  name,
  namespace,
  summary: "Traefik: the only way in, behind the Hetzner load balancer",
  dependsOn: ["hcloud-ccm", "traefik-crds"],
  namespaces: [
    {
      name: namespace,
      podSecurity: "restricted",
      // Two pods and the surge of a roll-out.
      quota: { cpuRequests: "500m", memoryRequests: "512Mi", memoryLimits: "1Gi", pods: 6 },
      isolated: true,
    },
  ],
  flows: ({ cluster, metrics }) => [
    {
      from: "anywhere",
      to: traefikPods,
      port: containerPorts.web,
      why: "port 80: redirect to HTTPS, challenges of Let's Encrypt",
    },
    { from: "anywhere", to: traefikPods, port: containerPorts.websecure, why: "port 443" },
    {
      from: traefikPods,
      to: "api-server",
      port: cluster.apiServerPort,
      why: "watches Ingresses, Services and certificates",
    },
    ...dnsFlows(traefikPods),
    ...metrics.scrapers.map((scraper) => ({
      from: { name: "scraper", namespace: scraper.namespace, labels: scraper.podLabels },
      to: traefikPods,
      port: containerPorts.metrics,
      why: "metrics",
    })),
  ],
  render(chart, { environment, pins, declared }) {
    const labels = appLabels(name);
    const selector = selectorLabels(name);
    const namespaces = routedNamespaces(declared.flows);

    const account = new ServiceAccount(chart, "service-account", { metadata: { name, labels } });
    addTraefikAccess(chart, name, labels, account, namespaces);

    new KubeIngressClass(chart, "ingress-class", {
      metadata: { name: ingressClassName, labels },
      spec: { controller: "traefik.io/ingress-controller" },
    });

    new KubeService(chart, "service", {
      metadata: { name, labels, annotations: loadBalancerAnnotations(environment, `${environment.name}-${name}`) },
      spec: {
        type: ServiceSpecType.LOAD_BALANCER,
        // Every server forwards to a pod that is ready, also while the one on it terminates; the visitor's address
        // comes with the PROXY protocol.
        externalTrafficPolicy: ServiceSpecExternalTrafficPolicy.CLUSTER,
        selector,
        ports: [
          { name: "web", port: 80, targetPort: IntOrString.fromString("web") },
          { name: "websecure", port: 443, targetPort: IntOrString.fromString("websecure") },
        ],
      },
    });

    new KubePodDisruptionBudget(chart, "disruption-budget", {
      metadata: { name, labels },
      spec: { maxUnavailable: IntOrString.fromNumber(1), selector: { matchLabels: selector } },
    });

    // The TLSOption named "default" holds for every router that names none.
    new TlsOption(chart, "tls", {
      metadata: { name: "default", labels },
      spec: {
        minVersion: "VersionTLS12",
        cipherSuites: [
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        ],
      },
    });

    new Middleware(chart, "security-headers", {
      metadata: { name: "security-headers", labels },
      spec: {
        headers: {
          stsSeconds: 31_536_000,
          contentTypeNosniff: true,
          frameDeny: true,
          referrerPolicy: "no-referrer",
          permissionsPolicy: "camera=(), microphone=(), geolocation=()",
          customResponseHeaders: { Server: "", "X-Powered-By": "" },
        },
      },
    });

    new Middleware(chart, "rate-limit", {
      metadata: { name: "rate-limit", labels },
      spec: { rateLimit: { average: 50, burst: 100 } },
    });

    new KubeDeployment(chart, "deployment", {
      metadata: { name, labels },
      spec: {
        replicas: environment.traefik.replicas,
        revisionHistoryLimit: 3,
        minReadySeconds: 5,
        strategy: {
          type: DeploymentStrategyType.ROLLING_UPDATE,
          rollingUpdate: { maxSurge: IntOrString.fromNumber(1), maxUnavailable: IntOrString.fromNumber(0) },
        },
        selector: { matchLabels: selector },
        template: {
          metadata: { labels },
          spec: {
            ...restrictedPod({ uid: 65532, gid: 65532 }),
            serviceAccountName: name,
            // It watches the API server.
            automountServiceAccountToken: true,
            enableServiceLinks: false,
            terminationGracePeriodSeconds: terminationGraceSeconds,
            topologySpreadConstraints: [spreadOverServers(selector)],
            containers: [
              {
                name,
                image: pins.images.traefik.reference,
                args: args(environment, namespaces),
                ports: Object.entries(containerPorts).map(([portName, containerPort]) => ({
                  name: portName,
                  containerPort,
                })),
                resources: resources({ cpu: "100m", memory: "96Mi", memoryLimit: "256Mi" }),
                readinessProbe: {
                  httpGet: { path: "/ping", port: IntOrString.fromString("traefik") },
                  periodSeconds: 5,
                  timeoutSeconds: 2,
                  failureThreshold: 2,
                },
                livenessProbe: {
                  httpGet: { path: "/ping", port: IntOrString.fromString("traefik") },
                  periodSeconds: 10,
                  timeoutSeconds: 3,
                  failureThreshold: 3,
                },
                ...restrictedContainer,
              },
            ],
          },
        },
      },
    });
  },
});
