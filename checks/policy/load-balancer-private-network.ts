import { installedChart } from "../applications.ts";
import { annotationField } from "../field.ts";
import { isOn, loadBalancers, prefix } from "../load-balancer.ts";
import { defineRule } from "../rule.ts";

interface ControllerValues {
  readonly networking?: { readonly enabled?: boolean };
}

export default defineRule({
  id: "load-balancer-private-network",
  severity: "error",
  why: "Hetzner's controller knows the private network only with networking on; otherwise it ends with `missing network id`.",
  fix: "Set networking.enabled in the values of the hcloud-cloud-controller-manager chart, or leave the annotation out.",
  check: function* (tree) {
    const { networking }: ControllerValues = installedChart(tree, "hcloudCcm")?.values ?? {};
    if (networking?.enabled === true) return;
    for (const { manifest, values } of loadBalancers(tree)) {
      for (const name of ["use-private-ip", "disable-public-network", "private-ipv4", "private-subnet-ip-range"]) {
        const value = values.get(name);
        const isAsked = name.startsWith("private-") ? value !== undefined : isOn(value);
        const found = `${name}: ${value} without a network in the cloud controller`;
        if (isAsked) yield { manifest, field: annotationField(`${prefix}${name}`), found };
      }
    }
  },
});
