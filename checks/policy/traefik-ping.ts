import { defineRule } from "../rule.ts";
import { portNumber } from "../services.ts";
import { defaultEntryPoint, entryPointPort, isEnabled, traefiks } from "../traefik.ts";

export default defineRule({
  id: "traefik-ping",
  severity: "error",
  why: "The probe is answered with 404 or not at all: Traefik never becomes ready, and is killed again and again.",
  fix: "Set --ping=true and let the probe ask /ping on the port of ping's entry point.",
  check: function* (tree) {
    for (const traefik of traefiks(tree)) {
      const { args, container, field, pod } = traefik;
      const { manifest } = pod;
      const entryPoint = args.get("ping.entrypoint")?.toLowerCase() ?? defaultEntryPoint;
      for (const name of ["startupProbe", "readinessProbe", "livenessProbe"] as const) {
        const { path, port } = container[name]?.httpGet ?? {};
        if (path !== "/ping" || port === undefined) continue;
        if (!isEnabled(traefik, "ping")) {
          yield { manifest, field: `${field}.args`, found: `a ${name} of /ping, which is not switched on` };
        }
        const asked = portNumber(pod, port);
        if (asked !== undefined && asked !== entryPointPort(traefik, entryPoint)) {
          const found = `/ping asked on port ${port}, not on the entry point ${entryPoint}`;
          yield { manifest, field: `${field}.${name}.httpGet.port`, found };
        }
      }
    }
  },
});
