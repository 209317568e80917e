import { ServiceAccount } from "cdk8s-plus-28";
import { rateLimitMiddleware, securityHeadersMiddleware, traefikPods } from "../charts/traefik.ts";
import { type Environment, environmentSchema } from "../config/environment.ts";
import production from "../config/environments/production.ts";
import { challengeFlow } from "../constructs/acme.ts";
import { type AppDefinition, defineApp, type NamespaceDeclaration } from "../constructs/app.ts";
import { configHash } from "../constructs/config-hash.ts";
import { dnsFlows, type Pods } from "../constructs/flow.ts";
import { appLabels, selectorLabels } from "../constructs/labels.ts";
import { resources, restrictedContainer, restrictedPod, spreadOverServers } from "../constructs/pod-defaults.ts";
import { PublicIngress } from "../constructs/public-ingress.ts";
import {
  DeploymentStrategyType,
  IntOrString,
  KubeConfigMap,
  KubeDeployment,
  KubePodDisruptionBudget,
  KubeService,
} from "../imports/k8s.ts";
import { Middleware } from "../imports/traefik.io.ts";
import type { AppSource } from "../render/platform.ts";

const applicationsPerNamespace = 10;
/** Leaves room on every server for what the real charts run there. */
const applicationsPerServer = 12;
const port = 8080;
const user = { uid: 1000, gid: 1000 };

/** The production environment with enough servers for so many applications. */
export function syntheticEnvironment(applications: number): Environment {
  const servers = Array.from({ length: Math.ceil(applications / applicationsPerServer) }, (_, index) => ({
    name: `worker-${index + 2}`,
    type: "cpx22",
    role: "worker" as const,
    runsWorkloads: true,
  }));
  return environmentSchema.parse({ ...production, name: "synthetic", servers: [...production.servers, ...servers] });
}

/**
 * Applications as people write them: each is public, configured, spread and guarded, ten share a namespace. Seven
 * objects in its own folder and the NetworkPolicy that its flows compile to make eight; its Application and AppProject,
 * and the namespaces, come on top.
 */
export function syntheticApps(applications: number): AppSource[] {
  return Array.from({ length: applications }, (_, index) => ({
    source: "bench/synthetic-platform.ts",
    app: syntheticApp(
      `app-${index}`,
      `team-${Math.floor(index / applicationsPerNamespace)}`,
      index % applicationsPerNamespace === 0,
    ),
  }));
}

function syntheticApp(name: string, namespace: string, firstOfNamespace: boolean): AppDefinition {
  const labels = appLabels(name);
  const selector = selectorLabels(name);
  const pods: Pods = { name, namespace, labels: selector };
  const config = { PORT: String(port), LOG_LEVEL: "info", GREETING: `This is ${name}.` };
  return defineApp({
    name,
    namespace,
    summary: "One of many",
    dependsOn: ["issuers", "traefik"],
    namespaces: firstOfNamespace ? [declareNamespace(namespace)] : [],
    flows: () => [
      { from: traefikPods, to: pods, port, why: "requests" },
      ...dnsFlows(pods),
      ...(firstOfNamespace ? [challengeFlow(traefikPods, namespace)] : []),
    ],
    render(chart, { environment }) {
      new ServiceAccount(chart, "service-account", { metadata: { name, labels } });
      new KubeConfigMap(chart, "config", { metadata: { name, labels }, data: config });
      new KubeService(chart, "service", {
        metadata: { name, labels },
        spec: { selector, ports: [{ name: "http", port: 80, targetPort: IntOrString.fromString("http") }] },
      });
      new Middleware(chart, "compress", { metadata: { name, labels }, spec: { compress: {} } });
      new PublicIngress(chart, "public", {
        environment,
        name,
        labels,
        host: `${name}.${environment.domain}`,
        path: "/",
        match: "prefix",
        service: { name, portName: "http" },
        middlewares: [securityHeadersMiddleware, rateLimitMiddleware, `${namespace}-${name}`],
      });
      new KubePodDisruptionBudget(chart, "disruption-budget", {
        metadata: { name, labels },
        spec: { maxUnavailable: IntOrString.fromNumber(1), selector: { matchLabels: selector } },
      });
      const probe = { httpGet: { path: "/healthz", port: IntOrString.fromString("http") }, periodSeconds: 10 };
      new KubeDeployment(chart, "deployment", {
        metadata: { name, labels },
        spec: {
          replicas: 2,
          minReadySeconds: 5,
          strategy: {
            type: DeploymentStrategyType.ROLLING_UPDATE,
            rollingUpdate: { maxSurge: IntOrString.fromNumber(1), maxUnavailable: IntOrString.fromNumber(0) },
          },
          selector: { matchLabels: selector },
          template: {
            metadata: { labels, annotations: configHash(config) },
            spec: {
              ...restrictedPod(user),
              serviceAccountName: name,
              automountServiceAccountToken: false,
              enableServiceLinks: false,
              topologySpreadConstraints: [spreadOverServers(selector)],
              containers: [
                {
                  name,
                  // A host name reserved for examples: nothing of this is ever started.
                  image: "registry.example.org/synthetic:1.0.0",
                  ports: [{ name: "http", containerPort: port }],
                  envFrom: [{ configMapRef: { name } }],
                  lifecycle: { preStop: { sleep: { seconds: 5 } } },
                  resources: resources({ cpu: "20m", memory: "64Mi", memoryLimit: "128Mi" }),
                  readinessProbe: probe,
                  livenessProbe: probe,
                  ...restrictedContainer,
                },
              ],
            },
          },
        },
      });
    },
  });
}

function declareNamespace(name: string): NamespaceDeclaration {
  return {
    name,
    podSecurity: "restricted",
    // Ten applications of two pods, the surge of all their roll-outs, and ACME solvers.
    quota: { cpuRequests: "1", memoryRequests: "3Gi", memoryLimits: "6Gi", pods: 50 },
    isolated: true,
  };
}
