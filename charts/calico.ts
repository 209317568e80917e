import { defineApp } from "../constructs/app.ts";
import { type ContainerSize, type HelmResources, helmResources, podRequests } from "../constructs/helm-resources.ts";

/** Namespace of the operator. Calico itself runs in `calico-system`, which the operator makes and labels. */
export const operatorNamespace = "tigera-operator";

/** Values of projectcalico/calico@v3.32.1 charts/tigera-operator that the platform sets. */
interface CalicoValues {
  /** Copied into the `Installation` (operator.tigera.io/v1) as it stands. */
  readonly installation: {
    readonly calicoNetwork: {
      readonly bgp: "Disabled" | "Enabled";
      readonly mtu: number;
      readonly ipPools: readonly IpPool[];
      readonly nodeAddressAutodetectionV4: { readonly cidrs: readonly string[] };
    };
    readonly calicoNodeDaemonSet: Sized<"calico-node">;
    readonly typhaDeployment: Sized<"calico-typha">;
    readonly calicoKubeControllersDeployment: Sized<"calico-kube-controllers">;
  };
  readonly apiServer: { readonly enabled: boolean };
  readonly goldmane: { readonly enabled: boolean };
  readonly whisker: { readonly enabled: boolean };
  readonly manageCRDs: boolean;
  readonly resources: HelmResources;
}

/**
 * Every field that the operator would add by itself (tigera/operator@v1.42.3 pkg/controller/ippool/defaults.go): the
 * list is compared as a whole, so a field that only the operator wrote would be a difference for ever.
 */
interface IpPool {
  readonly name: string;
  readonly cidr: string;
  readonly encapsulation: "VXLAN" | "VXLANCrossSubnet" | "None";
  readonly natOutgoing: "Enabled" | "Disabled";
  readonly nodeSelector: string;
  readonly blockSize: number;
  readonly allowedUses: readonly ("Workload" | "Tunnel")[];
  readonly assignmentMode: "Automatic" | "Manual";
  readonly disableBGPExport: boolean;
  readonly disableNewAllocations: boolean;
}

/** Where an `Installation` takes the resources of a container from. */
interface Sized<Container extends string> {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly { readonly name: Container; readonly resources: HelmResources }[];
      };
    };
  };
}

function sized<Container extends string>(name: Container, size: ContainerSize): Sized<Container> {
  return { spec: { template: { spec: { containers: [{ name, resources: helmResources(size) }] } } } };
}

const sizes = {
  operator: { cpuMillicores: 20, memoryMib: 96, memoryLimitMib: 512 },
  node: { cpuMillicores: 75, memoryMib: 128, memoryLimitMib: 512 },
  typha: { cpuMillicores: 20, memoryMib: 64, memoryLimitMib: 256 },
  kubeControllers: { cpuMillicores: 10, memoryMib: 64, memoryLimitMib: 256 },
} satisfies Record<string, ContainerSize>;

export default defineApp({
  name: "calico",
  namespace: operatorNamespace,
  summary: "Pod network over VXLAN, and the enforcement of every NetworkPolicy",
  dependsOn: ["calico-crds"],
  namespaces: [
    {
      name: operatorNamespace,
      podSecurity: {
        level: "privileged",
        why: "the operator runs on the host's network and mounts /var/lib/calico: it starts before there is a pod network",
      },
      isolated: true,
    },
  ],
  helm: ({ environment: { cluster, hetzner, servers } }) => {
    const values: CalicoValues = {
      installation: {
        calicoNetwork: {
          // Hetzner's network routes only addresses that it gave out itself: pods travel inside VXLAN, without BGP.
          bgp: "Disabled",
          // The private network carries 1450 bytes, VXLAN takes 50 of them. Larger packets would vanish.
          mtu: 1400,
          ipPools: [
            {
              name: "default-ipv4-ippool",
              // The operator refuses a pool outside kubeadm's --pod-network-cidr.
              cidr: cluster.podCidr,
              encapsulation: "VXLAN",
              natOutgoing: "Enabled",
              nodeSelector: "all()",
              blockSize: 26,
              allowedUses: ["Workload", "Tunnel"],
              assignmentMode: "Automatic",
              disableBGPExport: false,
              disableNewAllocations: false,
            },
          ],
          // Not "the node's InternalIP": the cloud controller that sets it needs the network first.
          nodeAddressAutodetectionV4: { cidrs: [hetzner.serverRange] },
        },
        calicoNodeDaemonSet: sized("calico-node", sizes.node),
        typhaDeployment: sized("calico-typha", sizes.typha),
        calicoKubeControllersDeployment: sized("calico-kube-controllers", sizes.kubeControllers),
      },
      // Serves projectcalico.org/v3 for Calico's own policies and for `kubectl`; the platform's are Kubernetes' own kind.
      apiServer: { enabled: false },
      // Flow logs and their web interface: too large for servers of 4 GB.
      goldmane: { enabled: false },
      whisker: { enabled: false },
      // calico-crds has them; two owners would overwrite each other.
      manageCRDs: false,
      resources: helmResources(sizes.operator),
    };
    return {
      chart: "calico",
      releaseName: "calico",
      values,
      workloads: [
        { name: "tigera-operator", replicas: 1, requests: podRequests(sizes.operator) },
        { name: "calico-node", replicas: "every-server", requests: podRequests(sizes.node) },
        { name: "calico-typha", replicas: typhaReplicas(servers.length), requests: podRequests(sizes.typha) },
        { name: "calico-kube-controllers", replicas: 1, requests: podRequests(sizes.kubeControllers) },
      ],
      creates: {
        clusterKinds: [
          { group: "operator.tigera.io", kind: "Installation" },
          { group: "rbac.authorization.k8s.io", kind: "ClusterRole" },
          { group: "rbac.authorization.k8s.io", kind: "ClusterRoleBinding" },
        ],
        namespacedKinds: [
          { group: "", kind: "ServiceAccount" },
          { group: "apps", kind: "Deployment" },
          // Hook that takes the Installation down before the operator goes.
          { group: "batch", kind: "Job" },
          { group: "rbac.authorization.k8s.io", kind: "RoleBinding" },
        ],
      },
    };
  },
});

/** How many the operator starts (tigera/operator@v1.42.3 pkg/common/autoscale.go). */
function typhaReplicas(servers: number): number {
  if (servers <= 2) return 1;
  if (servers <= 4) return 2;
  return Math.max(3, Math.floor(servers / 200) + 2);
}
