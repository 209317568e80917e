import type { KubernetesObject } from "../../../render/manifest.ts";
import { entryPointsOf } from "../entry-points.ts";
import { type fieldOf, showPath } from "../field-change.ts";
import { chartValueOf } from "../helm-source.ts";
import { loosenedBy, middlewaresOf } from "../middlewares.ts";
import { at, entry, itemsAt, show, textsAt } from "../object-field.ts";
import type { RiskRule } from "../risk.ts";

/** Exposes a port: something outside of the cluster's pod network reaches more than before. */
export const exposesPort: RiskRule = {
  id: "exposes-port",
  meaning:
    "A port, a host or a path can be reached from outside of the cluster that could not before, or not without passing a middleware.",
  advice: "Make sure that whoever may now connect is meant to, and is asked who they are.",
  judge({ before, after, fields }) {
    if (!after) return [];
    const known = new Set(before ? openings(before) : []);
    const opened = openings(after).filter((opening) => !known.has(opening));
    const values =
      before && after.kind === "Application" ? fields.filter(exposes).map(({ path }) => showPath(path)) : [];
    const passed = new Set(middlewaresOf(after));
    const bypassed = before ? middlewaresOf(before).filter((name) => !passed.has(name)) : [];
    const loosened = after.kind === "Middleware" ? loosenedBy(fields) : [];
    const reasons = [
      ...opened,
      ...values,
      ...(before ? gainedEntryPoints(before, after) : []),
      ...bypassed.map((name) => `requests no longer pass ${name}`),
      ...loosened.map((what) => `requests pass what kept them out: ${what}`),
    ];
    return reasons.map((why) => ({ why }));
  },
};

/** A new Ingress is an opening whichever entry points it has. */
function gainedEntryPoints(before: KubernetesObject, after: KubernetesObject): string[] {
  if (after.kind !== "Ingress") return [];
  const [was, is] = [entryPointsOf(before), entryPointsOf(after)];
  if (was === undefined) return [];
  if (is === undefined) return ["it listens on every default entry point of Traefik"];
  return is.filter((name) => !was.includes(name)).map((name) => `it listens on ${name} too`);
}

/** Everything that an object opens to the outside, one line each. */
function openings(object: KubernetesObject): string[] {
  switch (object.kind) {
    case "Service":
      return serviceOpenings(object);
    case "Ingress":
      return [
        ...(at(object, "spec.defaultBackend") === undefined ? [] : ["every host and path that no rule names"]),
        ...itemsAt(object, "spec.rules").flatMap((rule) => {
          const paths = itemsAt({ ...object, rule }, "rule.http.paths");
          return paths.map(
            ({ path = "/", pathType }) => `${show(rule.host ?? "any host")}${show(path)} (${show(pathType)})`,
          );
        }),
      ];
    default:
      return podOpenings(object);
  }
}

function serviceOpenings(object: KubernetesObject): string[] {
  const type = show(at(object, "spec.type") ?? "ClusterIP");
  const ports = itemsAt(object, "spec.ports").map(({ port, protocol = "TCP" }) => `${show(port)}/${show(protocol)}`);
  const addresses = textsAt(object, "spec.externalIPs").flatMap((address) =>
    ports.map((port) => `${port} on ${address}`),
  );
  if (type !== "NodePort" && type !== "LoadBalancer") return addresses;
  const place = type === "NodePort" ? "on every server" : "on a load balancer";
  const ranges = textsAt(object, "spec.loadBalancerSourceRanges");
  // Without ranges from everywhere: an opening of its own, so that a range that goes is one too.
  const sources = type === "LoadBalancer" && ranges.length > 0 ? ranges.map((range) => ` from ${range}`) : [""];
  return [...addresses, ...ports.flatMap((port) => sources.map((source) => `${port} ${place}${source}`))];
}

const specs = { Pod: "spec", CronJob: "spec.jobTemplate.spec.template.spec" };

/** Ports that pods open on the servers themselves. */
function podOpenings(object: KubernetesObject): string[] {
  const spec = entry(specs, object.kind) ?? "spec.template.spec";
  const containers = ["initContainers", "containers"].flatMap((list) => itemsAt(object, `${spec}.${list}`));
  const ports = containers.flatMap((container) => itemsAt({ ...object, container }, "container.ports"));
  const onServers = ports.filter(({ hostPort }) => hostPort !== undefined);
  return [
    ...(at(object, `${spec}.hostNetwork`) === true ? ["its pods listen on the servers' own addresses"] : []),
    ...onServers.map(
      ({ hostPort, protocol = "TCP" }) => `${show(hostPort)}/${show(protocol)} on every server with such a pod`,
    ),
  ];
}

/** Values by which charts open something, by the names that charts give them. */
function exposes(field: { readonly path: Parameters<typeof fieldOf>[0]; readonly after: unknown }): boolean {
  const value = chartValueOf(field) ?? "";
  if (/(^|\.)(hostPort|nodePort|loadBalancerIP|externalIPs)(\.|\[|$)/i.test(value)) return field.after !== undefined;
  if (/(^|\.)hostNetwork$/i.test(value) || /(^|\.)\w*(ingress|gateway)\.enabled$/i.test(value))
    return field.after === true;
  if (/(^|\.)\w*ingress\.(hosts?|hostname|extraHosts)(\.|\[|$)/i.test(value)) return field.after !== undefined;
  return /(^|\.)(service\.)?(type|serviceType)$/i.test(value) && /^(NodePort|LoadBalancer)$/.test(show(field.after));
}
