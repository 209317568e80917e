import { defineRule } from "../rule.ts";

export default defineRule({
  id: "stateful-set-service",
  severity: "error",
  why: "Its pods get no name of their own, and clients that know them by name find nobody.",
  fix: "Name a Service that is rendered in the namespace.",
  check: function* (tree) {
    for (const manifest of tree.ofKind("StatefulSet")) {
      const { serviceName } = (manifest.object.spec ?? {}) as { readonly serviceName?: string };
      const { namespace } = manifest.object.metadata;
      if (serviceName === undefined || serviceName === "" || tree.find("Service", namespace, serviceName)) continue;
      yield {
        manifest,
        field: "spec.serviceName",
        found: `the Service ${serviceName}, which is not rendered in ${namespace}`,
      };
    }
  },
});
