import { defineApp } from "../constructs/app.ts";
import { argocdConfiguration, argocdNamespace } from "../constructs/argocd-configuration.ts";
import { argocdNotifications, notificationsSecret } from "../constructs/argocd-notifications.ts";
import { dnsFlows, type Pods } from "../constructs/flow.ts";
import { type ContainerSize, type HelmResources, helmResources, podRequests } from "../constructs/helm-resources.ts";
import { type ObjectSyncOption, syncOptionsAnnotation } from "../constructs/sync-option.ts";

const name = "argocd";

/** Values of argoproj/argo-helm@argo-cd-10.1.1 charts/argo-cd that the platform sets. */
interface ArgocdValues {
  readonly global: { readonly networkPolicy: { readonly create: boolean } };
  readonly crds: { readonly annotations: Readonly<Record<string, string>> };
  /** ConfigMaps argocd-cm, argocd-cmd-params-cm and argocd-rbac-cm. */
  readonly configs: ReturnType<typeof argocdConfiguration>;
  readonly controller: { readonly resources: HelmResources };
  readonly server: { readonly resources: HelmResources };
  readonly repoServer: {
    readonly automountServiceAccountToken: boolean;
    readonly resources: HelmResources;
    readonly copyutil: { readonly resources: HelmResources };
  };
  readonly redis: { readonly automountServiceAccountToken: boolean; readonly resources: HelmResources };
  readonly redisSecretInit: { readonly resources: HelmResources };
  readonly applicationSet: { readonly replicas: number };
  readonly dex: { readonly enabled: boolean };
  /** ConfigMap argocd-notifications-cm, and the controller that reads it. */
  readonly notifications: ReturnType<typeof argocdNotifications> & {
    readonly secret: { readonly create: boolean; readonly name: string };
    readonly resources: HelmResources;
  };
}

const sizes = {
  controller: { cpuMillicores: 150, memoryMib: 320, memoryLimitMib: 1024 },
  server: { cpuMillicores: 20, memoryMib: 96, memoryLimitMib: 256 },
  // Renders charts: Calico's CRDs alone are 3 MB of YAML.
  repoServer: { cpuMillicores: 50, memoryMib: 160, memoryLimitMib: 768 },
  redis: { cpuMillicores: 20, memoryMib: 32, memoryLimitMib: 128 },
  notifications: { cpuMillicores: 10, memoryMib: 64, memoryLimitMib: 192 },
  redisSecretInit: { cpuMillicores: 10, memoryMib: 32, memoryLimitMib: 128 },
} satisfies Record<string, ContainerSize>;

/** Without its CRDs every Application is gone; and that of ApplicationSet is too large for a client-side apply. */
const crdSyncOptions: readonly ObjectSyncOption[] = ["Delete=false", "Prune=false", "ServerSideApply=true"];

/** As the chart labels the pods of a component. */
function podsOf(component: string): Pods {
  return { name: component, namespace: argocdNamespace, labels: { "app.kubernetes.io/name": `${name}-${component}` } };
}

export const argocdServerPods = podsOf("server");
const controllerPods = podsOf("application-controller");
const repoServerPods = podsOf("repo-server");
const notificationsPods = podsOf("notifications-controller");
const redisPods = podsOf("redis");
const redisSecretInitPods = podsOf("redis-secret-init");

const redisPort = 6379;
const repoServerPort = 8081;
const metricsPorts = [
  { pods: controllerPods, port: 8082 },
  { pods: argocdServerPods, port: 8083 },
  { pods: repoServerPods, port: 8084 },
  { pods: notificationsPods, port: 9001 },
];

export default defineApp({
  name,
  namespace: argocdNamespace,
  summary: "Argo CD itself, with the settings that bootstrap applied first",
  dependsOn: ["calico"],
  namespaces: [
    {
      name: argocdNamespace,
      podSecurity: "restricted",
      // Every pod twice while it rolls out, the job before a sync, two ACME solvers.
      quota: { cpuRequests: "600m", memoryRequests: "1536Mi", memoryLimits: "5Gi", pods: 14 },
      isolated: true,
    },
  ],
  flows: ({ cluster, metrics }) => [
    ...[controllerPods, argocdServerPods, repoServerPods].flatMap((from) => [
      ...dnsFlows(from),
      { from, to: redisPods, port: redisPort, why: "caches manifests and the state of applications" },
    ]),
    ...[controllerPods, argocdServerPods].map((from) => ({
      from,
      to: repoServerPods,
      port: repoServerPort,
      why: "asks for the manifests of an application",
    })),
    ...dnsFlows(notificationsPods),
    ...[controllerPods, argocdServerPods, notificationsPods, redisSecretInitPods].map((from) => ({
      from,
      to: "api-server" as const,
      port: cluster.apiServerPort,
      why: "reads and writes the cluster",
    })),
    { from: repoServerPods, to: "internet", port: 443, why: "fetches the git repository and the Helm charts" },
    { from: notificationsPods, to: "internet", port: 443, why: "commit statuses, at the git host's API" },
    ...metrics.scrapers.flatMap((scraper) =>
      metricsPorts.map(({ pods, port }) => ({
        from: { name: "scraper", namespace: scraper.namespace, labels: scraper.podLabels },
        to: pods,
        port,
        why: "metrics",
      })),
    ),
  ],
  helm: ({ environment }) => {
    const values: ArgocdValues = {
      // The platform's policies are compiled from the flows above.
      global: { networkPolicy: { create: false } },
      crds: {
        annotations: { [syncOptionsAnnotation]: crdSyncOptions.join(",") },
      },
      configs: argocdConfiguration(environment),
      controller: { resources: helmResources(sizes.controller) },
      server: { resources: helmResources(sizes.server) },
      repoServer: {
        // It runs what repositories bring along and has no business with the API server.
        automountServiceAccountToken: false,
        resources: helmResources(sizes.repoServer),
        copyutil: { resources: helmResources(sizes.repoServer) },
      },
      redis: { automountServiceAccountToken: false, resources: helmResources(sizes.redis) },
      redisSecretInit: { resources: helmResources(sizes.redisSecretInit) },
      // Applications come from dist/; nothing generates them inside the cluster.
      applicationSet: { replicas: 0 },
      // Nobody logs in through another party: the web interface stays behind a port-forward.
      dex: { enabled: false },
      notifications: {
        ...argocdNotifications(environment),
        // With its keys: an empty one of the chart's would take them away at every sync.
        secret: { create: false, name: notificationsSecret.name },
        resources: helmResources(sizes.notifications),
      },
    };
    return {
      chart: "argocd",
      releaseName: name,
      values,
      workloads: [
        { name: "argocd-application-controller", replicas: 1, requests: podRequests(sizes.controller) },
        { name: "argocd-server", replicas: 1, requests: podRequests(sizes.server) },
        { name: "argocd-repo-server", replicas: 1, requests: podRequests(sizes.repoServer) },
        { name: "argocd-notifications-controller", replicas: 1, requests: podRequests(sizes.notifications) },
        { name: "argocd-redis", replicas: 1, requests: podRequests(sizes.redis) },
      ],
      creates: {
        clusterKinds: [
          { group: "apiextensions.k8s.io", kind: "CustomResourceDefinition" },
          { group: "rbac.authorization.k8s.io", kind: "ClusterRole" },
          { group: "rbac.authorization.k8s.io", kind: "ClusterRoleBinding" },
        ],
        namespacedKinds: [
          { group: "", kind: "ConfigMap" },
          // Without data: Argo CD fills it itself.
          { group: "", kind: "Secret" },
          { group: "", kind: "Service" },
          { group: "", kind: "ServiceAccount" },
          { group: "apps", kind: "Deployment" },
          { group: "apps", kind: "StatefulSet" },
          // Makes Redis' password before the first sync.
          { group: "batch", kind: "Job" },
          { group: "rbac.authorization.k8s.io", kind: "Role" },
          { group: "rbac.authorization.k8s.io", kind: "RoleBinding" },
        ],
      },
    };
  },
});
