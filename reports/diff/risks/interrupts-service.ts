import type { KubernetesObject } from "../../../render/manifest.ts";
import { bootstrapApp } from "../committed-object.ts";
import { fateOf } from "../deletion.ts";
import { entryPointsAnnotation, entryPointsOf } from "../entry-points.ts";
import { type FieldChange, fieldOf, showPath } from "../field-change.ts";
import { usersOf } from "../middlewares.ts";
import { changedAccess } from "../network-access.ts";
import { at, show } from "../object-field.ts";
import type { RiskRule } from "../risk.ts";
import { lostServices } from "../service-targets.ts";
import type { Surroundings } from "../surroundings.ts";
import { gapOf, isWorkload, restartingFields } from "../workload.ts";

/** Interrupts service: for a while, or for good, somebody's requests fail. */
export const interruptsService: RiskRule = {
  id: "interrupts-service",
  meaning: "Requests fail: while pods are replaced, or because an address, port, host or connection goes.",
  advice: "Choose the hour, or make the change in two steps.",
  judge(change, around) {
    const { before, after, fields } = change;
    if (change.app === bootstrapApp) return [];
    const reasons: (string | undefined)[] = [];
    if (before && !after && fateOf(change, around)?.deleted === true)
      reasons.push(goneWith(before, change.environment, around));
    if (before && after) {
      reasons.push(...fields.filter(({ idle }) => idle === undefined).map((field) => brokenBy(field, before, after)));
      reasons.push(...lostServices(change, around));
      if (restartingFields(change).length > 0) reasons.push(gapOf(change, around));
    }
    reasons.push(...changedAccess(change, around).lost.map((connection) => `no longer allowed: ${connection}`));
    return [...new Set(reasons.filter((why) => why !== undefined))].map((why) => ({ why }));
  },
};

function goneWith(object: KubernetesObject, environment: string, { after }: Surroundings): string | undefined {
  if (object.kind === "Middleware") {
    // Traefik makes no router of an Ingress that names a middleware which is not there.
    const users = usersOf(object, environment, after).map(({ metadata }) => metadata.name);
    return users.length === 0 ? undefined : `the hosts of Ingress ${users.join(", ")}, which pass it, answer no more`;
  }
  if (isWorkload(object)) return "its pods stop";
  if (object.kind === "Service") return "whoever calls this address finds nothing";
  return object.kind === "Ingress" ? "its hosts answer no more" : undefined;
}

/** Why a changed field breaks what worked. */
function brokenBy(field: FieldChange, before: KubernetesObject, after: KubernetesObject): string | undefined {
  const { path, before: was, after: is } = field;
  const name = fieldOf(path);
  switch (after.kind) {
    case "Deployment":
    case "ReplicaSet":
    case "StatefulSet":
      return name === "spec.replicas" && Number(is ?? 1) === 0 && Number(was ?? 1) > 0 ? "no pod is left" : undefined;
    case "Service":
      return brokenService(field, before, after);
    case "Ingress":
      if (name.startsWith("spec.ingressClassName")) return "another controller answers, or none";
      if (name.startsWith("spec.tls") && was !== undefined) return "its certificate is another one, once it is issued";
      if (name.startsWith("spec.rules") || name.startsWith("spec.defaultBackend")) {
        return was === undefined || field.kind === "order" ? undefined : `${showPath(path)} is no longer ${brief(was)}`;
      }
      return path.at(-1) === entryPointsAnnotation ? lostEntryPoints(before, after) : undefined;
    default:
      return undefined;
  }
}

function lostEntryPoints(before: KubernetesObject, after: KubernetesObject): string | undefined {
  const [was, is] = [entryPointsOf(before), entryPointsOf(after)];
  if (is === undefined) return undefined;
  if (was === undefined) return `it listens on ${is.join(", ")} alone`;
  const lost = was.filter((name) => !is.includes(name));
  return lost.length === 0 ? undefined : `it listens on ${lost.join(", ")} no more`;
}

/** Settings of a load balancer that cut connections when they change; others are changed in place. */
const cuts =
  /^load-balancer\.hetzner\.cloud\/(name|location|network-zone|uses-proxyprotocol|use-private-ip|disable-public-network|protocol|node-selector|type)$/;

function brokenService(
  { path, before: was, after: is }: FieldChange,
  before: KubernetesObject,
  after: KubernetesObject,
) {
  const name = fieldOf(path);
  if (name.startsWith("spec.selector")) return `it sends requests to other pods: ${showPath(path)} is ${show(is)}`;
  if (name === "spec.type") {
    const [left, now] = [show(at(before, "spec.type") ?? "ClusterIP"), show(at(after, "spec.type") ?? "ClusterIP")];
    const reach = ["ExternalName", "ClusterIP", "NodePort", "LoadBalancer"];
    const loses = left === "ExternalName" || reach.indexOf(now) < reach.indexOf(left);
    return loses ? `it is a ${now} and no longer a ${left}` : undefined;
  }
  if (/^spec\.ports\[\]/.test(name) && was !== undefined) return `${showPath(path)} is no longer ${brief(was)}`;
  if (name === "spec.externalTrafficPolicy" && is === "Local") return "servers without one of its pods answer no more";
  if (name === "spec.externalName") return "its name leads elsewhere";
  const annotation = path.at(-1);
  return typeof annotation === "string" && cuts.test(annotation)
    ? `${annotation} is ${show(is)}, which rebuilds the way to the cluster`
    : undefined;
}

function brief(value: unknown): string {
  const text = show(value);
  return text.length > 60 ? "what it was" : text;
}
