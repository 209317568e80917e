import { defineApp } from "../constructs/app.ts";
import { dnsFlows, type Pods } from "../constructs/flow.ts";
import { type ContainerSize, type HelmResources, helmResources, podRequests } from "../constructs/helm-resources.ts";

const name = "cert-manager";
const namespace = "cert-manager";

/** Values of cert-manager/cert-manager@v1.21.1 deploy/charts/cert-manager that the platform sets. */
interface CertManagerValues {
  readonly global: { readonly leaderElection: { readonly namespace: string } };
  readonly crds: { readonly enabled: boolean; readonly keep: boolean };
  readonly enableCertificateOwnerRef: boolean;
  readonly resources: HelmResources;
  readonly cainjector: { readonly resources: HelmResources };
  readonly webhook: {
    readonly replicaCount: number;
    readonly podDisruptionBudget: { readonly enabled: boolean; readonly maxUnavailable: number };
    readonly topologySpreadConstraints: readonly SpreadConstraint[];
    readonly resources: HelmResources;
  };
  readonly startupapicheck: { readonly resources: HelmResources };
}

interface SpreadConstraint {
  readonly topologyKey: "kubernetes.io/hostname";
  readonly maxSkew: number;
  readonly whenUnsatisfiable: "ScheduleAnyway" | "DoNotSchedule";
  readonly labelSelector: { readonly matchLabels: Pods["labels"] };
  readonly matchLabelKeys: readonly "pod-template-hash"[];
}

const sizes = {
  controller: { cpuMillicores: 20, memoryMib: 64, memoryLimitMib: 256 },
  cainjector: { cpuMillicores: 10, memoryMib: 64, memoryLimitMib: 256 },
  webhook: { cpuMillicores: 10, memoryMib: 32, memoryLimitMib: 128 },
  startupapicheck: { cpuMillicores: 10, memoryMib: 32, memoryLimitMib: 128 },
} satisfies Record<string, ContainerSize>;

/** As the chart labels the pods of a component. */
function podsOf(component: string): Pods {
  const labels = { "app.kubernetes.io/name": component, "app.kubernetes.io/instance": name };
  return { name: component, namespace, labels };
}

const certManagerControllerPods = podsOf("cert-manager");
const cainjectorPods = podsOf("cainjector");
const webhookPods = podsOf("webhook");
const startupCheckPods = podsOf("startupapicheck");

const webhookPort = 10250;
const metricsPort = 9402;
const webhookReplicas = 2;

export default defineApp({
  name,
  namespace,
  summary: "Certificates from Let's Encrypt, asked for by Ingresses and renewed in time",
  dependsOn: ["calico"],
  namespaces: [
    {
      name: namespace,
      podSecurity: "restricted",
      // Every pod twice while it rolls out, and the check after a sync.
      quota: { cpuRequests: "200m", memoryRequests: "512Mi", memoryLimits: "2Gi", pods: 10 },
      isolated: true,
    },
  ],
  flows: ({ cluster, metrics }) => [
    ...dnsFlows(certManagerControllerPods),
    { from: certManagerControllerPods, to: "internet", port: 443, why: "orders certificates from Let's Encrypt" },
    {
      from: certManagerControllerPods,
      to: "internet",
      port: 80,
      why: "fetches the answer to a challenge itself before Let's Encrypt is asked to",
    },
    ...[certManagerControllerPods, cainjectorPods, webhookPods, startupCheckPods].map((from) => ({
      from,
      to: "api-server" as const,
      port: cluster.apiServerPort,
      why: "watches and writes its objects",
    })),
    {
      from: "servers",
      to: webhookPods,
      port: webhookPort,
      why: "the API server has every issuer and certificate checked",
    },
    ...metrics.scrapers.flatMap((scraper) =>
      [certManagerControllerPods, cainjectorPods, webhookPods].map((to) => ({
        from: { name: "scraper", namespace: scraper.namespace, labels: scraper.podLabels },
        to,
        port: metricsPort,
        why: "metrics",
      })),
    ),
  ],
  helm: () => {
    const values: CertManagerValues = {
      // By default in kube-system, where nobody but the cluster's own components should hold rights.
      global: { leaderElection: { namespace } },
      crds: { enabled: true, keep: true },
      // The Secret of a certificate outlives it: five orders of the same names in a week, and Let's Encrypt refuses more.
      enableCertificateOwnerRef: false,
      // One controller and one cainjector: a second would only wait to be elected, and renewals have weeks.
      resources: helmResources(sizes.controller),
      cainjector: { resources: helmResources(sizes.cainjector) },
      webhook: {
        // While no webhook answers, the API server refuses every certificate and issuer, so one stays when a server goes.
        replicaCount: webhookReplicas,
        podDisruptionBudget: { enabled: true, maxUnavailable: 1 },
        topologySpreadConstraints: [
          {
            topologyKey: "kubernetes.io/hostname",
            maxSkew: 1,
            // A single server that works must be enough for both.
            whenUnsatisfiable: "ScheduleAnyway",
            labelSelector: { matchLabels: webhookPods.labels },
            matchLabelKeys: ["pod-template-hash"],
          },
        ],
        resources: helmResources(sizes.webhook),
      },
      startupapicheck: { resources: helmResources(sizes.startupapicheck) },
    };
    return {
      chart: "certManager",
      releaseName: name,
      values,
      workloads: [
        { name: "cert-manager", replicas: 1, requests: podRequests(sizes.controller) },
        { name: "cert-manager-cainjector", replicas: 1, requests: podRequests(sizes.cainjector) },
        { name: "cert-manager-webhook", replicas: webhookReplicas, requests: podRequests(sizes.webhook) },
      ],
      creates: {
        clusterKinds: [
          { group: "admissionregistration.k8s.io", kind: "MutatingWebhookConfiguration" },
          { group: "admissionregistration.k8s.io", kind: "ValidatingWebhookConfiguration" },
          { group: "apiextensions.k8s.io", kind: "CustomResourceDefinition" },
          { group: "rbac.authorization.k8s.io", kind: "ClusterRole" },
          { group: "rbac.authorization.k8s.io", kind: "ClusterRoleBinding" },
        ],
        namespacedKinds: [
          { group: "", kind: "Service" },
          { group: "", kind: "ServiceAccount" },
          { group: "apps", kind: "Deployment" },
          // The check that the webhook answers, after each sync.
          { group: "batch", kind: "Job" },
          { group: "policy", kind: "PodDisruptionBudget" },
          { group: "rbac.authorization.k8s.io", kind: "Role" },
          { group: "rbac.authorization.k8s.io", kind: "RoleBinding" },
        ],
      },
    };
  },
});
