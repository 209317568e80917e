import { ServiceAccount } from "cdk8s-plus-28";
import { drainSeconds, type EnvironmentVariables, paths, ports, secrets, user } from "server-chat/contract";
import type { Environment } from "../config/environment.ts";
import { challengeFlow } from "../constructs/acme.ts";
import { defineApp } from "../constructs/app.ts";
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
import { redisHost, redisPods, redisPort } from "./redis.ts";
import { rateLimitMiddleware, securityHeadersMiddleware, traefikPods } from "./traefik.ts";

const name = "chat-server";
const namespace = "chat-app";

const chatPods: Pods = { name, namespace, labels: selectorLabels(name) };

/** Between the pod leaving the endpoints and SIGTERM: Traefik learns of it at the same time as the kubelet, not before. */
const preStopSeconds = 5;
/** For the process to end after its drain. */
const marginSeconds = 10;

const passwordFolder = "/run/secrets/redis";
const keysFolder = "/run/secrets/signing";

/** The server's environment: names and rules are the contract's. */
function variables(environment: Environment): EnvironmentVariables {
  return {
    PORT: String(ports.http),
    ADMIN_PORT: String(ports.admin),
    REDIS_MODE: "single",
    REDIS_URL: `redis://${redisHost}:${redisPort}`,
    REDIS_PASSWORD_FILE: `${passwordFolder}/${secrets.redisPassword.key}`,
    SIGNING_KEYS_FILE: `${keysFolder}/${secrets.signingKeys.key}`,
    ALLOWED_ORIGINS: `https://${environment.domain}`,
    // Traefik's pods, which add the client's address.
    TRUSTED_PROXIES: environment.cluster.podCidr,
  };
}

/** What only the cluster knows: people see which replica they talk to, and on which server it runs. */
const ownNames = Object.entries({ REPLICA: "metadata.name", NODE_NAME: "spec.nodeName" } as const satisfies {
  readonly [name in keyof EnvironmentVariables]?: string;
}).map(([name, fieldPath]) => ({ name, valueFrom: { fieldRef: { fieldPath } } }));

export default defineApp({
  name,
  namespace,
  summary: "The chat: stateless replicas behind Traefik, messages in Redis",
  dependsOn: ["issuers", "redis", "traefik"],
  namespaces: [
    {
      name: namespace,
      podSecurity: "restricted",
      // Redis, three chat pods and the surge of a roll-out, two ACME solvers.
      quota: { cpuRequests: "1500m", memoryRequests: "1536Mi", memoryLimits: "3Gi", pods: 12 },
      isolated: true,
    },
  ],
  flows: ({ metrics }) => [
    { from: traefikPods, to: chatPods, port: ports.http, why: "requests and WebSockets of the people who chat" },
    challengeFlow(traefikPods, namespace),
    { from: chatPods, to: redisPods, port: redisPort, why: "messages, presence and publications" },
    ...dnsFlows(chatPods),
    ...metrics.scrapers.map((scraper) => ({
      from: { name: "scraper", namespace: scraper.namespace, labels: scraper.podLabels },
      to: chatPods,
      port: ports.admin,
      why: "metrics",
    })),
  ],
  render(chart, { environment, pins }) {
    const labels = appLabels(name);
    const selector = selectorLabels(name);
    const config = { ...variables(environment) } as Record<string, string>;

    // plus-28's default is right here: no token is mounted. The server never talks to the Kubernetes API.
    new ServiceAccount(chart, "service-account", { metadata: { name, labels } });

    new KubeConfigMap(chart, "config", { metadata: { name, labels }, data: config });

    new KubeService(chart, "service", {
      metadata: { name, labels },
      spec: { selector, ports: [{ name: "http", port: 80, targetPort: IntOrString.fromString("http") }] },
    });

    new PublicIngress(chart, "public", {
      environment,
      name,
      labels,
      host: environment.domain,
      path: "/",
      match: "prefix",
      service: { name, portName: "http" },
      middlewares: [securityHeadersMiddleware, rateLimitMiddleware],
    });

    new KubePodDisruptionBudget(chart, "disruption-budget", {
      metadata: { name, labels },
      spec: { maxUnavailable: IntOrString.fromNumber(1), selector: { matchLabels: selector } },
    });

    new KubeDeployment(chart, "deployment", {
      metadata: { name, labels },
      spec: {
        replicas: environment.chat.replicas,
        revisionHistoryLimit: 3,
        // A new pod must have worked for a while before an old one goes.
        minReadySeconds: 5,
        strategy: {
          type: DeploymentStrategyType.ROLLING_UPDATE,
          // With every endpoint terminating Traefik answers 503: an old pod goes only when a new one is ready.
          rollingUpdate: { maxSurge: IntOrString.fromNumber(1), maxUnavailable: IntOrString.fromNumber(0) },
        },
        selector: { matchLabels: selector },
        template: {
          metadata: { labels, annotations: configHash(config) },
          spec: {
            ...restrictedPod(user, { ownsVolumes: true }),
            serviceAccountName: name,
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            terminationGracePeriodSeconds: preStopSeconds + drainSeconds + marginSeconds,
            topologySpreadConstraints: [spreadOverServers(selector)],
            containers: [
              {
                name,
                image: pins.images["server-chat"].reference,
                ports: [
                  { name: "http", containerPort: ports.http },
                  { name: "admin", containerPort: ports.admin },
                ],
                envFrom: [{ configMapRef: { name } }],
                env: ownNames,
                resources: resources({ cpu: "150m", memory: "128Mi", memoryLimit: "256Mi" }),
                // Sleep is the kubelet's own: the image has no shell.
                lifecycle: { preStop: { sleep: { seconds: preStopSeconds } } },
                startupProbe: {
                  httpGet: { path: paths.healthz, port: IntOrString.fromString("admin") },
                  periodSeconds: 2,
                  failureThreshold: 30,
                },
                readinessProbe: {
                  httpGet: { path: paths.readyz, port: IntOrString.fromString("admin") },
                  periodSeconds: 5,
                  timeoutSeconds: 2,
                  failureThreshold: 2,
                },
                livenessProbe: {
                  httpGet: { path: paths.healthz, port: IntOrString.fromString("admin") },
                  periodSeconds: 10,
                  timeoutSeconds: 3,
                  failureThreshold: 3,
                },
                volumeMounts: [
                  { name: "redis-password", mountPath: passwordFolder, readOnly: true },
                  { name: "signing-keys", mountPath: keysFolder, readOnly: true },
                ],
                ...restrictedContainer,
              },
            ],
            volumes: [
              {
                name: "redis-password",
                secret: {
                  secretName: secrets.redisPassword.name,
                  items: [{ key: secrets.redisPassword.key, path: secrets.redisPassword.key }],
                },
              },
              {
                name: "signing-keys",
                secret: {
                  secretName: secrets.signingKeys.name,
                  items: [{ key: secrets.signingKeys.key, path: secrets.signingKeys.key }],
                },
              },
            ],
          },
        },
      },
    });
  },
});
