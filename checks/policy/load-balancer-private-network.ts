import { valuesOf } from "../apps.ts";
import { annotationField } from "../field.ts";
import { isOn, loadBalancers, prefix } from "../load-balancer.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "load-balancer-private-network",
  severity: "error",
  why: "Hetzner's controller knows the private network only with networking on; otherwise it ends with `missing network id`.",
  fix: "Set networking.enabled in the values of the hcloud-cloud-controller-manager chart, or leave the annotation out.",
  check: function* (tree) {
    const networking = valuesOf(tree, "hcloudCcm")?.networking as { readonly enabled?: boolean } | undefined;
    if (networking?.enabled === true) return;
    for (const { manifest, values } of loadBalancers(tree)) {
      for (const name of ["use-private-ip", "disable-public-network", "private-ipv4", "private-subnet-ip-range"]) {
        const value = values.get(name);
        const asksFor = name.startsWith("private-") ? value !== undefined : isOn(value);
        if (asksFor)
          yield {
            manifest,
            field: annotationField(`${prefix}${name}`),
            found: `${name}: ${value} without a network in the cloud controller`,
          };
      }
    }
  },
});
