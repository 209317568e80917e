import { containersOf, podTemplates } from "../pods.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "container-duplicate",
  severity: "error",
  why: "Server-side apply refuses a list with one key twice, and two containers of a pod cannot listen on one port.",
  fix: "Remove or rename one of them.",
  check: function* (tree) {
    for (const pod of podTemplates(tree)) {
      const { manifest } = pod;
      const portsOfPod = new Set<string>();
      for (const { container, field, role } of containersOf(pod)) {
        const ports = role === "init" ? new Set<string>() : portsOfPod;
        const names = new Set<string>();
        for (const [i, { name, containerPort, protocol = "TCP" }] of (container.ports ?? []).entries()) {
          const port = `${containerPort}/${protocol}`;
          if (ports.has(port)) {
            yield { manifest, field: `${field}.ports[${i}].containerPort`, found: `the port ${port} twice` };
          }
          ports.add(port);
          if (name !== undefined && names.has(name)) {
            yield { manifest, field: `${field}.ports[${i}].name`, found: `the port name ${name} twice` };
          }
          if (name !== undefined) names.add(name);
        }
        const variables = new Set<string>();
        for (const [i, { name }] of (container.env ?? []).entries()) {
          if (variables.has(name)) {
            yield { manifest, field: `${field}.env[${i}].name`, found: `the variable ${name} twice` };
          }
          variables.add(name);
        }
      }
    }
  },
});
