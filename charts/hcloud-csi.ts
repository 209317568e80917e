import { defineApp } from "../constructs/app.ts";
import { type ContainerSize, type HelmResources, helmResources, podRequests } from "../constructs/helm-resources.ts";
import { hcloudSecret } from "./hcloud-ccm.ts";

/** Values of hetznercloud/csi-driver@v2.22.1 chart that the platform sets. */
interface HcloudCsiValues {
  readonly controller: {
    readonly hcloudToken: { readonly existingSecret: { readonly name: string; readonly key: string } };
    readonly hcloudVolumeDefaultLocation: string;
    readonly priorityClassName: "system-cluster-critical";
    readonly updateStrategy: { readonly type: "Recreate" };
    readonly resources: Readonly<Record<keyof typeof controllerSizes, HelmResources>>;
  };
  readonly node: {
    readonly priorityClassName: "system-node-critical";
    readonly resources: Readonly<Record<keyof typeof nodeSizes, HelmResources>>;
  };
  readonly storageClasses: readonly [];
}

const driver: ContainerSize = { cpuMillicores: 10, memoryMib: 32, memoryLimitMib: 128 };
const sidecar: ContainerSize = { cpuMillicores: 5, memoryMib: 16, memoryLimitMib: 96 };

/** By the chart's name of the container. */
const controllerSizes = {
  hcloudCSIDriver: driver,
  csiAttacher: sidecar,
  csiProvisioner: sidecar,
  csiResizer: sidecar,
  livenessProbe: sidecar,
};
const nodeSizes = { hcloudCSIDriver: driver, csiNodeDriverRegistrar: sidecar, livenessProbe: sidecar };

export default defineApp({
  name: "hcloud-csi",
  namespace: "kube-system",
  summary: "Hetzner volumes for PersistentVolumeClaims",
  dependsOn: ["hcloud-ccm"],
  helm: ({ environment: { hetzner } }) => {
    const values: HcloudCsiValues = {
      controller: {
        hcloudToken: { existingSecret: { name: hcloudSecret.name, key: hcloudSecret.tokenKey } },
        // Otherwise the server that the controller happens to run on would say where volumes are made.
        hcloudVolumeDefaultLocation: hetzner.location,
        priorityClassName: "system-cluster-critical",
        // One replica elects no leader, so two must never run at once.
        updateStrategy: { type: "Recreate" },
        resources: {
          hcloudCSIDriver: helmResources(controllerSizes.hcloudCSIDriver),
          csiAttacher: helmResources(controllerSizes.csiAttacher),
          csiProvisioner: helmResources(controllerSizes.csiProvisioner),
          csiResizer: helmResources(controllerSizes.csiResizer),
          livenessProbe: helmResources(controllerSizes.livenessProbe),
        },
      },
      node: {
        priorityClassName: "system-node-critical",
        resources: {
          hcloudCSIDriver: helmResources(nodeSizes.hcloudCSIDriver),
          csiNodeDriverRegistrar: helmResources(nodeSizes.csiNodeDriverRegistrar),
          livenessProbe: helmResources(nodeSizes.livenessProbe),
        },
      },
      // The platform's class is the app `storage`: the chart's deletes a volume with its claim.
      storageClasses: [],
    };
    return {
      chart: "hcloudCsi",
      releaseName: "hcloud-csi",
      values,
      workloads: [
        { name: "hcloud-csi-controller", replicas: 1, requests: podRequests(...Object.values(controllerSizes)) },
        { name: "hcloud-csi-node", replicas: "every-server", requests: podRequests(...Object.values(nodeSizes)) },
      ],
      creates: {
        clusterKinds: [
          { group: "rbac.authorization.k8s.io", kind: "ClusterRole" },
          { group: "rbac.authorization.k8s.io", kind: "ClusterRoleBinding" },
          { group: "storage.k8s.io", kind: "CSIDriver" },
        ],
        namespacedKinds: [
          { group: "", kind: "ServiceAccount" },
          { group: "apps", kind: "DaemonSet" },
          { group: "apps", kind: "Deployment" },
        ],
      },
    };
  },
});
