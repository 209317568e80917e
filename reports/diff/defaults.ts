import { entry } from "./object-field.ts";

/**
 * What the API server fills in where a field is not stated (kubernetes v1.36 pkg/apis/{core,apps,networking}/v1
 * defaults.go), by the end of the field's path. Stating it changes nothing.
 */
const defaults: Readonly<Record<string, unknown>> = {
  "containers[].livenessProbe.failureThreshold": 3,
  "containers[].livenessProbe.periodSeconds": 10,
  "containers[].livenessProbe.successThreshold": 1,
  "containers[].livenessProbe.timeoutSeconds": 1,
  "containers[].ports[].protocol": "TCP",
  "containers[].readinessProbe.failureThreshold": 3,
  "containers[].readinessProbe.periodSeconds": 10,
  "containers[].readinessProbe.successThreshold": 1,
  "containers[].readinessProbe.timeoutSeconds": 1,
  "containers[].startupProbe.failureThreshold": 3,
  "containers[].startupProbe.periodSeconds": 10,
  "containers[].startupProbe.successThreshold": 1,
  "containers[].startupProbe.timeoutSeconds": 1,
  "containers[].terminationMessagePath": "/dev/termination-log",
  "containers[].terminationMessagePolicy": "File",
  "httpGet.scheme": "HTTP",
  "spec.dnsPolicy": "ClusterFirst",
  "spec.restartPolicy": "Always",
  "spec.schedulerName": "default-scheduler",
  "spec.terminationGracePeriodSeconds": 30,
  "volumes[].configMap.defaultMode": 0o644,
  "volumes[].secret.defaultMode": 0o644,
};

/** Those of an object's own spec, by its kind. */
const ofKind: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  DaemonSet: { "spec.minReadySeconds": 0, "spec.revisionHistoryLimit": 10 },
  Deployment: {
    "spec.minReadySeconds": 0,
    "spec.progressDeadlineSeconds": 600,
    "spec.replicas": 1,
    "spec.revisionHistoryLimit": 10,
    "spec.strategy.rollingUpdate.maxSurge": "25%",
    "spec.strategy.rollingUpdate.maxUnavailable": "25%",
    "spec.strategy.type": "RollingUpdate",
  },
  NetworkPolicy: { "spec.egress[].ports[].protocol": "TCP", "spec.ingress[].ports[].protocol": "TCP" },
  Service: {
    "spec.externalTrafficPolicy": "Cluster",
    "spec.internalTrafficPolicy": "Cluster",
    "spec.ports[].protocol": "TCP",
    "spec.sessionAffinity": "None",
    "spec.type": "ClusterIP",
  },
  StatefulSet: {
    "spec.podManagementPolicy": "OrderedReady",
    "spec.replicas": 1,
    "spec.revisionHistoryLimit": 10,
    "spec.updateStrategy.type": "RollingUpdate",
  },
};

/** The value that a field has when it is not stated; undefined where there is none. `field` as `fieldOf` writes it. */
export function defaultOf(kind: string, field: string): unknown {
  const stated = entry(entry(ofKind, kind) ?? {}, field);
  if (stated !== undefined) return stated;
  if (!/(^|\.)template\.spec\./.test(field)) return undefined;
  const steps = field.split(".");
  return steps.map((_, start) => entry(defaults, steps.slice(start).join("."))).find((value) => value !== undefined);
}
