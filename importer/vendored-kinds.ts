import { type KindName, usedKinds } from "./kinds.ts";

const kinds = (apiVersion: string, ...names: readonly string[]): KindName[] =>
  names.map((kind) => ({ apiVersion, kind }));

/**
 * The kinds whose schemas schemas/ holds: those in use, and those that an app comes to need first (storage, jobs,
 * agents on every server, scaling, certificates and routes of its own). With them at hand, a new kind needs a line in
 * kinds.ts and neither a network nor a cluster. Pod and Secret are here for the rules that judge them.
 */
export const vendoredKinds: readonly KindName[] = [
  ...usedKinds,
  ...kinds("v1", "PersistentVolume", "PersistentVolumeClaim", "Pod", "Secret"),
  ...kinds("apps/v1", "DaemonSet"),
  ...kinds("autoscaling/v2", "HorizontalPodAutoscaler"),
  ...kinds("batch/v1", "CronJob", "Job"),
  ...kinds("scheduling.k8s.io/v1", "PriorityClass"),
  ...kinds("cert-manager.io/v1", "Certificate", "Issuer"),
  ...kinds("traefik.io/v1alpha1", "IngressRoute", "IngressRouteTCP", "MiddlewareTCP", "ServersTransport", "TLSStore"),
  ...kinds("traefik.io/v1alpha1", "TraefikService"),
];
