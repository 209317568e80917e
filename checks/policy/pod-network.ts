import { installedChart } from "../applications.ts";
import { defineRule } from "../rule.ts";

interface CalicoValues {
  readonly installation?: {
    readonly calicoNetwork?: { readonly mtu?: number; readonly ipPools?: readonly { readonly cidr?: string }[] };
  };
}

interface ControllerValues {
  readonly networking?: { readonly clusterCIDR?: string };
}

/** Hetzner's private network carries 1450 bytes, and VXLAN takes 50 of them. */
const largestMtu = 1400;

export default defineRule({
  id: "pod-network",
  severity: "error",
  why: "Calico refuses a pool outside kubeadm's range, and packets above 1400 bytes vanish between the servers.",
  fix: "Take cluster.podCidr of the environment for Calico and the cloud controller, and an mtu of 1400 or none.",
  check: function* (tree) {
    const { podCidr } = tree.environment.cluster;
    const calico = installedChart(tree, "calico");
    if (calico) {
      const { installation }: CalicoValues = calico.values;
      const { mtu = 0, ipPools = [] } = installation?.calicoNetwork ?? {};
      const field = `${calico.field}.helm.valuesObject.installation.calicoNetwork`;
      for (const [i, { cidr }] of ipPools.entries()) {
        const found = `Calico's pool ${cidr} instead of ${podCidr}`;
        if (cidr !== podCidr) yield { manifest: calico.manifest, field: `${field}.ipPools[${i}].cidr`, found };
      }
      if (mtu > largestMtu) {
        yield { manifest: calico.manifest, field: `${field}.mtu`, found: `packets of ${mtu} bytes` };
      }
    }
    const controller = installedChart(tree, "hcloudCcm");
    const { networking }: ControllerValues = controller?.values ?? {};
    if (controller && networking?.clusterCIDR !== undefined && networking.clusterCIDR !== podCidr) {
      const field = `${controller.field}.helm.valuesObject.networking.clusterCIDR`;
      yield {
        manifest: controller.manifest,
        field,
        found: `the pod range ${networking.clusterCIDR} instead of ${podCidr}`,
      };
    }
  },
});
