import { defineApp } from "../constructs/app.ts";
import { type ContainerSize, type HelmResources, helmResources, podRequests } from "../constructs/helm-resources.ts";

/** Secret in kube-system that exists before anything else: no controller could deliver it to a cluster without network. */
export const hcloudSecret = { name: "hcloud", tokenKey: "token", networkKey: "network" } as const;

interface FromSecret {
  readonly valueFrom: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
}

/** Values of hetznercloud/hcloud-cloud-controller-manager@v1.35.0 chart that the platform sets. */
interface HcloudCcmValues {
  readonly env: {
    readonly HCLOUD_TOKEN: FromSecret;
    readonly HCLOUD_NETWORK_ROUTES_ENABLED: { readonly value: "true" | "false" };
    readonly HCLOUD_INSTANCES_ZONE_LABEL_ENABLED: { readonly value: "true" | "false" };
  };
  readonly networking: { readonly enabled: true; readonly clusterCIDR: string; readonly network: FromSecret };
  readonly monitoring: { readonly enabled: boolean };
  readonly strategy: { readonly type: "Recreate" };
  readonly resources: HelmResources;
}

const size: ContainerSize = { cpuMillicores: 20, memoryMib: 48, memoryLimitMib: 192 };

function fromSecret(key: string): FromSecret {
  return { valueFrom: { secretKeyRef: { name: hcloudSecret.name, key } } };
}

export default defineApp({
  name: "hcloud-ccm",
  namespace: "kube-system",
  summary: "Hetzner cloud controller: addresses and locations of the servers, load balancers for Services",
  dependsOn: ["calico"],
  helm: ({ environment: { cluster } }) => {
    const values: HcloudCcmValues = {
      env: {
        HCLOUD_TOKEN: fromSecret(hcloudSecret.tokenKey),
        // Calico's tunnel carries the pods: routes in Hetzner's network would serve nobody.
        HCLOUD_NETWORK_ROUTES_ENABLED: { value: "false" },
        // Goes away in the next major version; topology.kubernetes.io/region has the location.
        HCLOUD_INSTANCES_ZONE_LABEL_ENABLED: { value: "false" },
      },
      // Also puts the pod on the host's network, so that it starts before the pod network does.
      networking: { enabled: true, clusterCIDR: cluster.podCidr, network: fromSecret(hcloudSecret.networkKey) },
      // On the host's network the metrics would be open to the world, on port 8233 of every public address.
      monitoring: { enabled: false },
      // One replica elects no leader (the chart's --leader-elect=false), so two must never run at once.
      strategy: { type: "Recreate" },
      resources: helmResources(size),
    };
    return {
      chart: "hcloudCcm",
      releaseName: "hcloud-cloud-controller-manager",
      values,
      workloads: [{ name: "hcloud-cloud-controller-manager", replicas: 1, requests: podRequests(size) }],
      creates: {
        clusterKinds: [
          { group: "rbac.authorization.k8s.io", kind: "ClusterRole" },
          { group: "rbac.authorization.k8s.io", kind: "ClusterRoleBinding" },
        ],
        namespacedKinds: [
          { group: "", kind: "ServiceAccount" },
          { group: "apps", kind: "Deployment" },
        ],
      },
    };
  },
});
