import { annotationField } from "../field.ts";
import { loadBalancers, prefix } from "../load-balancer.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "load-balancer-duplicate",
  severity: "error",
  why: "Hetzner's controller finds a load balancer by its name: two Services would overwrite each other's for ever.",
  fix: `Give each Service a name of its own in ${prefix}name.`,
  check: function* (tree) {
    const owners = new Map<unknown, string>();
    for (const { manifest, values } of loadBalancers(tree)) {
      const name = values.get("name");
      if (name === undefined) continue;
      const owner = owners.get(name);
      const { metadata } = manifest.object;
      if (owner !== undefined) {
        const found = `the load balancer ${name}, which the Service ${owner} has too`;
        yield { manifest, field: annotationField(`${prefix}name`), found };
      }
      owners.set(name, owner ?? `${metadata.namespace}/${metadata.name}`);
    }
  },
});
