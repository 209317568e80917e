import type { Probe } from "../pod-spec.ts";
import { allContainers } from "../pods.ts";
import { defineRule } from "../rule.ts";

const handlers = ["exec", "grpc", "httpGet", "tcpSocket"] as const;
const numbers = ["failureThreshold", "periodSeconds", "successThreshold", "timeoutSeconds"] as const;

export default defineRule({
  id: "probe-number",
  severity: "error",
  why: "The API server refuses the pod, and a 0 it replaces by its default without a word.",
  fix: "Give the probe one way to ask and numbers from 1 on; only readiness may ask for several successes in a row.",
  check: function* (tree) {
    for (const { container, field, pod } of allContainers(tree)) {
      for (const name of ["startupProbe", "readinessProbe", "livenessProbe"] as const) {
        const probe: Probe | undefined = container[name];
        if (probe === undefined) continue;
        const { manifest } = pod;
        const ways = handlers.filter((one) => probe[one] !== undefined).length;
        if (ways !== 1) yield { manifest, field: `${field}.${name}`, found: `a probe with ${ways} ways to ask` };
        for (const number of numbers) {
          const value = probe[number] ?? 1;
          const isSingle = number === "successThreshold" && name !== "readinessProbe";
          if (value < 1 || (isSingle && value > 1)) {
            yield { manifest, field: `${field}.${name}.${number}`, found: `${number} ${value} of a ${name}` };
          }
        }
        if ((probe.initialDelaySeconds ?? 0) < 0) {
          yield { manifest, field: `${field}.${name}.initialDelaySeconds`, found: "a delay below 0 seconds" };
        }
      }
    }
  },
});
