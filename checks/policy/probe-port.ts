import type { Probe } from "../pod-spec.ts";
import { allContainers } from "../pods.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "probe-port",
  severity: "error",
  why: "The kubelet asks a port that the container does not have, so the pod never becomes ready or is killed again and again.",
  fix: "Name one of the container's ports.",
  check: function* (tree) {
    for (const { container, field, pod } of allContainers(tree)) {
      const ports = container.ports ?? [];
      for (const name of ["startupProbe", "readinessProbe", "livenessProbe"] as const) {
        for (const how of ["httpGet", "tcpSocket", "grpc"] as const) {
          const port = (container[name] as Probe | undefined)?.[how]?.port;
          if (port === undefined || ports.some((one) => one.name === port || one.containerPort === port)) continue;
          yield {
            manifest: pod.manifest,
            field: `${field}.${name}.${how}.port`,
            found: `the probed port ${port}, which is none of the container ${container.name}`,
          };
        }
      }
    }
  },
});
