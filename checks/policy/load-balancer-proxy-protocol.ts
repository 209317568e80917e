import { annotationField } from "../field.ts";
import { fieldsOf } from "../kinds.ts";
import { isOn, loadBalancers, prefix } from "../load-balancer.ts";
import { defineRule } from "../rule.ts";
import { podsBehind, portNumber, targetOf } from "../services.ts";
import { entryPointPort, entryPointsOf, traefiks } from "../traefik.ts";

export default defineRule({
  id: "load-balancer-proxy-protocol",
  severity: "error",
  why: "With the PROXY header on one side only, every request is garbage, or every visitor has the load balancer's address.",
  fix: "Set uses-proxyprotocol on the Service and proxyProtocol.trustedIPs on each entry point behind it, or neither.",
  check: function* (tree) {
    for (const { manifest, values } of loadBalancers(tree)) {
      const sends = isOn(values.get("uses-proxyprotocol"));
      const pods = podsBehind(tree, manifest);
      for (const traefik of traefiks(tree)) {
        if (!pods.includes(traefik.pod)) continue;
        const { ports = [] } = fieldsOf(manifest, "Service").spec ?? {};
        const targets = ports.map((port) => portNumber(traefik.pod, targetOf(port)));
        for (const name of entryPointsOf(traefik)) {
          if (!targets.includes(entryPointPort(traefik, name))) continue;
          const expects =
            traefik.args.has(`entrypoints.${name}.proxyprotocol.trustedips`) ||
            traefik.args.get(`entrypoints.${name}.proxyprotocol.insecure`) === "true";
          if (sends && !expects) {
            const found = `the entry point ${name}, which trusts nobody's PROXY header while the load balancer sends it`;
            yield { manifest: traefik.pod.manifest, field: `${traefik.field}.args`, found };
          } else if (expects && !sends) {
            const found = `a load balancer that sends no PROXY header to the entry point ${name}, which expects it`;
            yield { manifest, field: annotationField(`${prefix}uses-proxyprotocol`), found };
          }
        }
      }
    }
  },
});
