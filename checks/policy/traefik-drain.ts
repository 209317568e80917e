import { parseGoDuration } from "../duration.ts";
import { loadBalancers } from "../load-balancer.ts";
import { defineRule } from "../rule.ts";
import { podsBehind } from "../services.ts";
import { durationOf, entryPointsOf, type TraefikSite, traefiks } from "../traefik.ts";
import type { Tree } from "../tree.ts";

export default defineRule({
  id: "traefik-drain",
  severity: "error",
  why: "Each roll-out of Traefik then breaks requests: the load balancer still sends to a pod that accepts nothing, or the kubelet kills it first.",
  fix: "Let requestAcceptGraceTimeout be at least interval times retries of the health check, and its sum with graceTimeOut less than terminationGracePeriodSeconds.",
  check: function* (tree) {
    for (const traefik of traefiks(tree)) {
      const { pod, field } = traefik;
      const noticedMs = noticeOf(tree, traefik);
      const { terminationGracePeriodSeconds = 30 } = pod.spec;
      for (const name of entryPointsOf(traefik)) {
        const lifeCycle = `entrypoints.${name}.transport.lifecycle`;
        // Without them Traefik accepts nothing from the first moment and waits ten seconds (traefik v3.7.9 docs).
        const acceptMs = durationOf(traefik, `${lifeCycle}.requestacceptgracetimeout`, 0);
        const graceMs = durationOf(traefik, `${lifeCycle}.gracetimeout`, 10_000);
        if (acceptMs === undefined || graceMs === undefined) continue;
        if (acceptMs + graceMs >= terminationGracePeriodSeconds * 1000) {
          const found = `${seconds(acceptMs + graceMs)} of draining at ${name} where the kubelet kills after ${terminationGracePeriodSeconds} s`;
          yield { manifest: pod.manifest, field: `${pod.specField}.terminationGracePeriodSeconds`, found };
        }
        const isPublic = name === "web" || name === "websecure";
        if (isPublic && noticedMs !== undefined && acceptMs < noticedMs) {
          const found = `${seconds(acceptMs)} of accepting at ${name} where the load balancer needs ${seconds(noticedMs)} to notice`;
          yield { manifest: pod.manifest, field: `${field}.args`, found };
        }
      }
    }
  },
});

/** How long the load balancer before a Traefik keeps sending to a server that has stopped answering. */
function noticeOf(tree: Tree, { pod }: TraefikSite): number | undefined {
  for (const { manifest, values } of loadBalancers(tree)) {
    if (!podsBehind(tree, manifest).includes(pod)) continue;
    const intervalMs = parseGoDuration(String(values.get("health-check-interval") ?? ""));
    const retries = Number(values.get("health-check-retries"));
    if (intervalMs !== undefined && Number.isInteger(retries)) return intervalMs * retries;
  }
  return undefined;
}

function seconds(durationMs: number): string {
  return `${durationMs / 1000} s`;
}
