import { fieldsOf } from "../kinds.ts";
import { defineRule } from "../rule.ts";
import { podsBehind, portNumber, targetOf } from "../services.ts";

export default defineRule({
  id: "service-target-port",
  severity: "error",
  why: "The Service sends to a port on which no container listens.",
  fix: "Let targetPort be the name of a container port.",
  check: function* (tree) {
    for (const manifest of tree.ofKind("Service")) {
      const pods = podsBehind(tree, manifest);
      for (const [i, port] of (fieldsOf(manifest, "Service").spec?.ports ?? []).entries()) {
        const target = targetOf(port);
        const lacking = pods.find((pod) => portNumber(pod, target, port.protocol) === undefined);
        if (lacking === undefined) continue;
        const { kind, metadata } = lacking.manifest.object;
        yield {
          manifest,
          field: `spec.ports[${i}].targetPort`,
          found: `the target port ${target}, which is none of ${kind} ${metadata.name}`,
        };
      }
    }
  },
});
