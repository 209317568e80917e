import { isDnsLabel, isDnsSubdomain, isPortName } from "../names.ts";
import { containersOf, podTemplates } from "../pods.ts";
import { defineRule } from "../rule.ts";

/** Kinds whose name is one label, since it becomes a part of a host name; those of RBAC may be called anything. */
const labelKinds = new Set(["Namespace", "Service"]);
const freeKinds = new Set(["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"]);

export default defineRule({
  id: "object-name",
  severity: "error",
  why: "The API server refuses the object, for most names become a part of a host name.",
  fix: "Use lower-case letters, digits and hyphens, and at most 63 of them; at most 15 for a port.",
  check: function* (tree) {
    for (const manifest of tree.manifests) {
      const { kind, metadata } = manifest.object;
      if (freeKinds.has(kind)) continue;
      const isValid = labelKinds.has(kind) ? isDnsLabel : isDnsSubdomain;
      if (!isValid(metadata.name)) {
        yield { manifest, field: "metadata.name", found: `the ${kind} name ${JSON.stringify(metadata.name)}` };
      }
    }
    for (const pod of podTemplates(tree)) {
      const { manifest, spec, specField } = pod;
      for (const [i, { name }] of (spec.volumes ?? []).entries()) {
        if (isDnsLabel(name)) continue;
        yield { manifest, field: `${specField}.volumes[${i}].name`, found: `the volume name ${JSON.stringify(name)}` };
      }
      for (const { container, field } of containersOf(pod)) {
        if (container.name !== undefined && !isDnsLabel(container.name)) {
          yield { manifest, field: `${field}.name`, found: `the container name ${JSON.stringify(container.name)}` };
        }
        for (const [i, { name }] of (container.ports ?? []).entries()) {
          if (name === undefined || isPortName(name)) continue;
          yield { manifest, field: `${field}.ports[${i}].name`, found: `the port name ${JSON.stringify(name)}` };
        }
      }
    }
  },
});
