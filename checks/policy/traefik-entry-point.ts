import { defineRule } from "../rule.ts";
import { portNumber } from "../services.ts";
import { entryPointPort, entryPointsOf, traefiks } from "../traefik.ts";

export default defineRule({
  id: "traefik-entry-point",
  severity: "error",
  why: "Port 443 answers 404 without TLS at its entry point, an unlisted port or a redirected challenge keeps people or Let's Encrypt out, and one without address answers nobody.",
  fix: "Set http.tls=true on websecure, allowACMEByPass=true where a redirect is, give each its address, and list each port on the container.",
  check: function* (tree) {
    for (const traefik of traefiks(tree)) {
      const { args, field, pod } = traefik;
      const { manifest } = pod;
      for (const argument of ["ping.entrypoint", "metrics.prometheus.entrypoint"]) {
        const name = args.get(argument);
        if (name !== undefined && entryPointPort(traefik, name.toLowerCase()) === undefined) {
          yield {
            manifest,
            field: `${field}.args`,
            found: `the entry point ${name} of ${argument}, which has no address`,
          };
        }
      }
      for (const name of entryPointsOf(traefik)) {
        const prefix = `entrypoints.${name}`;
        const port = entryPointPort(traefik, name);
        if (name === "websecure" && args.get(`${prefix}.http.tls`) !== "true") {
          yield { manifest, field: `${field}.args`, found: "the entry point websecure without TLS" };
        }
        if (args.has(`${prefix}.http.redirections.entrypoint.to`) && args.get(`${prefix}.allowacmebypass`) !== "true") {
          yield {
            manifest,
            field: `${field}.args`,
            found: `the entry point ${name}, which redirects the challenges of Let's Encrypt too`,
          };
        }
        if (port !== undefined && portNumber(pod, port) === undefined) {
          yield {
            manifest,
            field: `${field}.ports`,
            found: `the port ${port} of the entry point ${name}, which the container does not list`,
          };
        }
      }
    }
  },
});
