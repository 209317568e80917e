import { describe, expect, test } from "vitest";
import { loadRules } from "../io/load-rules.ts";
import type { RenderedEnvironment } from "../render/rendered.ts";
import { apps, production, render, root } from "../test/production.ts";
import { type Breakage, broken, drop, objectNamed, put, remove, set } from "./breakage.ts";
import { checkPlatform } from "./check.ts";

const rules = await loadRules(root);
const platform = render();

const balancer = "Service traefik/traefik";
const annotation = (name: string) => `metadata.annotations["${name}"]`;
const hetzner = (name: string) => annotation(`load-balancer.hetzner.cloud/${name}`);
const middlewares = annotation("traefik.ingress.kubernetes.io/router.middlewares");
const retired = { "node.kubernetes.io/instance-type": "cx22" };
const storage = "StorageClass hcloud-retained";
const chat = "Deployment chat-app/chat-server";
const redis = "StatefulSet chat-app/redis";
const traefik = "Deployment traefik/traefik";
const ingress = "Ingress chat-app/chat-server";
const issuer = "ClusterIssuer letsencrypt-production";
const application = "Application argocd/redis";
const project = "AppProject argocd/redis";
const controller = "Application argocd/hcloud-ccm";
const values = "spec.source.helm.valuesObject";
const network = `${values}.installation.calicoNetwork`;
const pod = "spec.template.spec";
const container = `${pod}.containers[0]`;
const claim = "spec.volumeClaimTemplates[0].spec";
const argument = (name: string) => argumentsOf(platform, traefik).findIndex((one) => one.startsWith(`--${name}=`));

const breakages: readonly Breakage[] = [
  // The load balancer
  set("a misspelt annotation", balancer, hetzner("locaton"), "hel1", "load-balancer-annotation-name"),
  drop("no location", balancer, hetzner("location"), "load-balancer-location"),
  drop("no type", balancer, hetzner("type"), "load-balancer-type"),
  set("a timeout without unit", balancer, hetzner("health-check-timeout"), "5", "load-balancer-annotation-value"),
  drop("retries left to Hetzner", balancer, hetzner("health-check-retries"), "load-balancer-health-check"),
  set("a slow health check", balancer, hetzner("health-check-interval"), "30s", "traefik-drain"),
  set("PROXY on one side", balancer, hetzner("uses-proxyprotocol"), "false", "load-balancer-proxy-protocol"),
  set("a target port that is gone", balancer, "spec.ports[0].targetPort", "http", "service-target-port"),
  {
    what: "a second Service with the same load balancer",
    object: "Service chat-app/redis",
    change: (draft) => {
      const { annotations } = objectNamed(platform, balancer)?.metadata ?? {};
      put(draft, "metadata.annotations", annotations);
      put(draft, "spec.type", "LoadBalancer");
    },
    reports: ["load-balancer-duplicate", "service-exposed"],
  },
  // Volumes
  set("a parameter of another cloud", storage, "parameters.type", "ssd", "storage-class-parameter"),
  set("volumes bound at once", storage, "volumeBindingMode", "Immediate", "storage-class-settings"),
  set("a class that is gone", redis, `${claim}.storageClassName`, "hcloud-volumes", "volume-class"),
  set("a shared volume", redis, `${claim}.accessModes[0]`, "ReadWriteMany", "volume-access-mode"),
  set("a volume of 1 GB", redis, `${claim}.resources.requests.storage`, "1Gi", "volume-size"),
  set(
    "data that goes with its pod",
    redis,
    "spec.persistentVolumeClaimRetentionPolicy.whenDeleted",
    "Delete",
    "volume-retention",
  ),
  drop("a volume for root only", redis, `${pod}.securityContext.fsGroup`, "volume-group"),
  set("data beside its volume", redis, `${container}.volumeMounts[0].mountPath`, "/var/lib/redis", "redis-data"),
  // Pods
  set("our image by tag", chat, `${container}.image`, "ghcr.io/sipixer/server-chat:v1", "image-own-digest"),
  set("the latest Redis", redis, `${container}.image`, "docker.io/library/redis:latest", "image-latest"),
  set("some Redis 8", redis, `${container}.image`, "docker.io/library/redis:8-alpine", "image-version"),
  drop("no readiness", redis, `${container}.readinessProbe`, "probe-missing"),
  set("a probe of nothing", traefik, `${container}.livenessProbe.httpGet.port`, "ping", "probe-port"),
  drop("no CPU request", chat, `${container}.resources.requests.cpu`, "requests-missing"),
  drop("no memory limit", chat, `${container}.resources.limits`, "memory-limit-missing"),
  set("more asked than allowed", redis, `${container}.resources.requests.memory`, "512Mi", "request-over-limit"),
  set("a quarter of a gigabyte", chat, `${container}.resources.limits.memory`, "0.25Gi", "quantity-canonical"),
  set("more pods than the quota", chat, "spec.replicas", 9, "quota-exceeded"),
  set(
    "a pod for a larger server",
    redis,
    `${container}.resources`,
    { requests: { cpu: "3", memory: "192Mi" }, limits: { memory: "384Mi" } },
    "pod-too-large",
    "quota-exceeded",
    "capacity",
  ),
  set("a root user", redis, `${pod}.securityContext.runAsUser`, 0, "pod-security"),
  drop("capabilities kept", traefik, `${container}.securityContext.capabilities`, "pod-security"),
  drop("the default account", chat, `${pod}.serviceAccountName`, "service-account-default"),
  set("a token for the chat", chat, `${pod}.automountServiceAccountToken`, true, "service-account-token"),
  drop("replicas on one server", chat, `${pod}.topologySpreadConstraints`, "replica-spread"),
  drop(
    "a place on a dead server",
    chat,
    `${pod}.topologySpreadConstraints[0].nodeTaintsPolicy`,
    "spread-tainted-server",
  ),
  set("one of two pods away", chat, "spec.strategy.rollingUpdate.maxUnavailable", 1, "roll-out-outage"),
  set("killed in mid-drain", chat, `${pod}.terminationGracePeriodSeconds`, 30, "chat-drain"),
  set("a retired server type", redis, `${pod}.nodeSelector`, retired, "node-selector"),
  drop("settings that reach nobody", redis, `${pod.replace(".spec", ".metadata")}.annotations`, "config-roll-out"),
  remove(
    "the settings of the chat",
    "ConfigMap chat-app/chat-server",
    "reference-missing",
    "chat-contract",
    "chat-origin",
  ),
  set("a key file elsewhere", chat, `${container}.volumeMounts[1].mountPath`, "/run/keys", "chat-contract"),
  set(
    "browsers of another page",
    "ConfigMap chat-app/chat-server",
    "data.ALLOWED_ORIGINS",
    "https://chat.example.org",
    "chat-origin",
  ),
  drop("no password file", "ConfigMap chat-app/chat-server", "data.REDIS_PASSWORD_FILE", "chat-contract"),
  set(
    "a flush each second",
    "ConfigMap chat-app/redis",
    'data["redis.conf"]',
    "appendonly yes\nappendfsync everysec\nmaxmemory-policy noeviction\nmaxmemory 160mb\n",
    "redis-settings",
  ),
  // What the API server refuses, although the schemas do not
  set("a volume that is gone", chat, `${container}.volumeMounts[0].name`, "redis", "volume-mount"),
  set("a name in capitals", ingress, "metadata.name", "Chat", "object-name"),
  set(
    "a long name of a port",
    redis,
    `${container}.ports[0].name`,
    "redis-with-a-port",
    "object-name",
    "service-target-port",
  ),
  set("a sentence as a label", redis, 'metadata.labels["app.kubernetes.io/part-of"]', "the platform", "label-value"),
  set("a relative path", ingress, "spec.rules[0].http.paths[0].path", "chat", "ingress-path"),
  set("a megabyte of settings", "ConfigMap chat-app/redis", "data.notes", "x".repeat(2 ** 20), "object-size"),
  set("a percentage with a space", chat, "spec.strategy.rollingUpdate.maxUnavailable", "0 %", "count-or-percentage"),
  set("a probe at every moment", chat, `${container}.livenessProbe.periodSeconds`, 0, "probe-number"),
  // Services and routes
  set("another selector", "Service chat-app/redis", "spec.selector", { app: "redis" }, "service-selector"),
  set(
    "other pod labels",
    redis,
    "spec.template.metadata.labels",
    { "app.kubernetes.io/name": "store" },
    "workload-selector",
    "service-selector",
    "disruption-budget-selector",
    "flow-end",
  ),
  set("nobody may go", "PodDisruptionBudget chat-app/redis", "spec.maxUnavailable", 0, "disruption-budget-blocked"),
  set("a Service that is gone", ingress, "spec.rules[0].http.paths[0].backend.service.name", "chat", "ingress-backend"),
  set(
    "another domain",
    ingress,
    "spec.rules[0].host",
    "chat.example.org",
    "ingress-host",
    "ingress-tls",
    "chat-origin",
  ),
  drop("no class", ingress, "spec.ingressClassName", "ingress-class"),
  set("an issuer that is gone", ingress, annotation("cert-manager.io/cluster-issuer"), "lets", "ingress-issuer"),
  set("a middleware that is gone", ingress, middlewares, "traefik-hsts@kubernetescrd", "ingress-router"),
  set(
    "one account key for two servers",
    issuer,
    "spec.acme.privateKeySecretRef.name",
    "letsencrypt-staging-account",
    "issuer-account-key",
  ),
  set(
    "certificates of staging",
    issuer,
    "spec.acme.server",
    "https://acme-staging-v02.api.letsencrypt.org/directory",
    "issuer-server",
  ),
  set("the old solver field", issuer, "spec.acme.solvers[0].http01.ingress", { class: "traefik" }, "issuer-solver"),
  // Traefik
  set(
    "no published address",
    traefik,
    `${container}.args[${argument("providers.kubernetesIngress.ingressEndpoint.publishedService")}]`,
    "--ping=true",
    "traefik-publishes",
  ),
  set(
    "port 443 without TLS",
    traefik,
    `${container}.args[${argument("entryPoints.websecure.http.tls")}]`,
    "--ping=true",
    "traefik-entry-point",
  ),
  drop("no answer to probes", traefik, `${container}.args[${argument("ping")}]`, "traefik-ping"),
  drop(
    "metrics on no port",
    traefik,
    `${container}.args[${argument("entryPoints.metrics.address")}]`,
    "traefik-entry-point",
  ),
  set(
    "no Middlewares",
    traefik,
    `${container}.args`,
    argumentsOf(platform, traefik).filter((one) => !one.startsWith("--providers.kubernetesCRD")),
    "traefik-provider",
  ),
  set(
    "a redirect to a port inside",
    traefik,
    `${container}.args[${argument("entryPoints.web.http.redirections.entryPoint.to")}]`,
    "--entryPoints.web.http.redirections.entryPoint.to=websecure",
    "traefik-redirect",
  ),
  set("an old version of TLS", "TLSOption traefik/default", "spec.minVersion", "VersionTLS10", "tls-option"),
  remove("rights in a namespace", "RoleBinding chat-app/traefik", "traefik-rights"),
  // The network
  drop("the port to Redis", "NetworkPolicy chat-app/chat-server", "spec.egress[0]", "flow-cut"),
  drop("the name service by UDP", "NetworkPolicy chat-app/chat-server", "spec.egress[1].ports[0]", "flow-cut"),
  drop("the way in from Traefik", "NetworkPolicy chat-app/chat-server", "spec.ingress[0]", "flow-cut"),
  set(
    "a hole in the internet",
    "NetworkPolicy cert-manager/cert-manager",
    "spec.egress[1].to[0].ipBlock.except[0]",
    "172.0.0.0/8",
    "flow-cut",
    "network-policy-opened",
  ),
  drop(
    "Redis open to the namespace",
    "NetworkPolicy chat-app/redis",
    "spec.ingress[0].from[0].podSelector",
    "network-policy-opened",
  ),
  set("Redis open to the world", "Service chat-app/redis", "spec.type", "NodePort", "service-exposed"),
  remove("no default", "NetworkPolicy chat-app/default-deny", "default-deny"),
  set(
    "a namespace of anything",
    "Namespace chat-app",
    'metadata.labels["pod-security.kubernetes.io/enforce"]',
    "privileged",
    "namespace-pod-security",
  ),
  // Helm charts
  set("another pod range", "Application argocd/calico", `${network}.ipPools[0].cidr`, "10.0.0.0/16", "pod-network"),
  set("no private network", controller, `${values}.networking.enabled`, false, "load-balancer-private-network"),
  set("an old cloud controller", controller, "spec.source.targetRevision", "1.29.0", "cloud-controller-version"),
  // Argo CD
  set("the default project", application, "spec.project", "default", "application-project"),
  set("a floating chart", "Application argocd/calico", "spec.source.targetRevision", "v3", "application-revision"),
  set("a wave too early", application, annotation("argocd.argoproj.io/sync-wave"), "0", "application-wave"),
  set("a misspelt option", application, "spec.syncPolicy.syncOptions[0]", "PruneLast=yes", "sync-option-unknown"),
  drop("a folder nobody reads", application, "spec.source.path", "application-folder"),
  drop("no cascade", application, "metadata.finalizers", "application-finalizer"),
  set(
    "a kind outside the project",
    project,
    "spec.namespaceResourceWhitelist",
    [{ group: "apps", kind: "StatefulSet" }],
    "project-permission",
  ),
  set("everything allowed", project, "spec.sourceRepos[0]", "*", "project-wildcard"),
  drop(
    "waves that do not wait",
    "ConfigMap argocd/argocd-cm",
    'data["resource.customizations.health.argoproj.io_Application"]',
    "application-health",
  ),
  drop("an unguarded namespace", "Namespace chat-app", "metadata.annotations", "kept-object"),
  set(
    "a namespace that is gone",
    "Service chat-app/redis",
    "metadata.namespace",
    "chat",
    "namespace-unknown",
    "project-permission",
    "service-selector",
    "stateful-set-service",
  ),
  set("a misspelt field", chat, "spec.replica", 2, "schema"),
];

// A false alarm would stop every synthesis, and people would learn to switch rules off.
test("the platform as it is has no finding", () => {
  expect(checkPlatform([platform], rules)).toEqual([]);
});

describe("each mistake is reported, and by the rules that are meant for it", () => {
  test.each(breakages)("$what: $reports", ({ object, change, reports }) => {
    const findings = checkPlatform([broken(platform, object, change)], rules);
    expect([...new Set(findings.map(({ rule }) => rule))].sort()).toEqual([...reports].sort());
  });
});

test("most rules have a mistake here", () => {
  const covered = new Set(breakages.flatMap(({ reports }) => reports));
  expect(covered.size).toBeGreaterThan(60);
});

// One server has room for half of the platform.
test("a server that is taken away is missed", () => {
  const servers = production.servers.filter(({ role }) => role === "control-plane");
  const findings = checkPlatform([render({ servers })], rules);
  expect(new Set(findings.map(({ rule }) => rule))).toEqual(new Set(["capacity"]));
});

// The order is compiled from what apps name: without the name, the volumes' class comes in no earlier wave.
test("a dependency that is no longer named is missed", () => {
  const sources = apps.map((source) =>
    source.app.name === "redis" ? { ...source, app: { ...source.app, dependsOn: [] } } : source,
  );
  const findings = checkPlatform([render({}, sources)], rules);
  expect(new Set(findings.map(({ rule }) => rule))).toEqual(new Set(["dependency-undeclared"]));
});

function argumentsOf(rendered: RenderedEnvironment, name: string): readonly string[] {
  const spec = objectNamed(rendered, name)?.spec as {
    readonly template: { readonly spec: { readonly containers: readonly { readonly args: readonly string[] }[] } };
  };
  return spec.template.spec.containers[0]?.args ?? [];
}
