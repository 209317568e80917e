import { defineApp } from "../constructs/app.ts";
import { type ContainerSize, type HelmResources, helmResources, podRequests } from "../constructs/helm-resources.ts";

/** Values of kubernetes-sigs/metrics-server@metrics-server-helm-chart-3.13.1 that the platform sets. */
interface MetricsServerValues {
  /** Appended to the chart's own arguments. */
  readonly args: readonly string[];
  readonly resources: HelmResources;
}

const size: ContainerSize = { cpuMillicores: 20, memoryMib: 64, memoryLimitMib: 192 };

export default defineApp({
  name: "metrics-server",
  namespace: "kube-system",
  summary: "CPU and memory of pods and servers, for `kubectl top` and autoscaling",
  dependsOn: ["calico"],
  enabled: ({ features }) => features.metricsServer,
  helm: () => {
    const values: MetricsServerValues = {
      // kubeadm's kubelets sign their own certificates. Signed ones (serverTLSBootstrap) need someone to approve each
      // request, one more component with power over certificates; what is at stake on the private network is a forged
      // usage figure and a token that may read nothing else.
      args: ["--kubelet-insecure-tls"],
      resources: helmResources(size),
    };
    return {
      chart: "metricsServer",
      releaseName: "metrics-server",
      values,
      workloads: [{ name: "metrics-server", replicas: 1, requests: podRequests(size) }],
      creates: {
        clusterKinds: [
          { group: "apiregistration.k8s.io", kind: "APIService" },
          { group: "rbac.authorization.k8s.io", kind: "ClusterRole" },
          { group: "rbac.authorization.k8s.io", kind: "ClusterRoleBinding" },
        ],
        namespacedKinds: [
          { group: "", kind: "Service" },
          { group: "", kind: "ServiceAccount" },
          { group: "apps", kind: "Deployment" },
          { group: "rbac.authorization.k8s.io", kind: "RoleBinding" },
        ],
      },
    };
  },
});
