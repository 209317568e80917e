import type { Manifest } from "../render/manifest.ts";
import { fieldsOf, type IngressBackend, type ServicePort } from "./kinds.ts";
import { containersOf, type PodTemplate, selectedPods } from "./pods.ts";
import { oncePerTree, type Tree } from "./tree.ts";

/** The rendered pods that a Service sends to. */
export function podsBehind(tree: Tree, service: Manifest): readonly PodTemplate[] {
  const { selector } = fieldsOf(service, "Service").spec ?? {};
  if (selector === undefined || Object.keys(selector).length === 0) return [];
  return selectedPods(tree, service.object.metadata.namespace ?? "", { matchLabels: selector });
}

/** Number of a container port of a pod by name or number; undefined if no container declares it. */
export function portNumber(pod: PodTemplate, port: number | string, protocol = "TCP"): number | undefined {
  for (const { container, role } of containersOf(pod)) {
    if (role === "init" || role === "ephemeral") continue;
    for (const one of container.ports ?? []) {
      if ((one.name === port || one.containerPort === port) && (one.protocol ?? "TCP") === protocol) {
        return one.containerPort;
      }
    }
  }
  return undefined;
}

/** What a Service port points at in the pod: `targetPort`, or the port itself. */
export function targetOf({ port = 0, targetPort = port }: ServicePort): number | string {
  return targetPort;
}

export interface BackendSite {
  readonly manifest: Manifest;
  readonly namespace: string;
  readonly backend: IngressBackend;
  /** Field of the backend's service in the Ingress. */
  readonly field: string;
}

/** Every backend of every Ingress. */
export const ingressBackends = oncePerTree((tree): readonly BackendSite[] =>
  tree.ofKind("Ingress").flatMap((manifest) => {
    const { defaultBackend, rules = [] } = fieldsOf(manifest, "Ingress").spec ?? {};
    const namespace = manifest.object.metadata.namespace ?? "";
    const sites = rules.flatMap(({ http }, i) =>
      (http?.paths ?? []).map(({ backend = {} }, j) => ({
        manifest,
        namespace,
        backend,
        field: `spec.rules[${i}].http.paths[${j}].backend.service`,
      })),
    );
    return defaultBackend
      ? [{ manifest, namespace, backend: defaultBackend, field: "spec.defaultBackend.service" }, ...sites]
      : sites;
  }),
);

/** The port of a rendered Service that an Ingress backend names. */
export function backendPort(service: Manifest, { service: wanted }: IngressBackend): ServicePort | undefined {
  const { name, number } = wanted?.port ?? {};
  return fieldsOf(service, "Service").spec?.ports?.find((one) =>
    name === undefined ? one.port === number : one.name === name,
  );
}

/** Pods that people outside the cluster reach: behind an Ingress or a LoadBalancer Service. */
export const publicPods = oncePerTree((tree): ReadonlySet<PodTemplate> => {
  const services = tree.ofKind("Service").filter((one) => fieldsOf(one, "Service").spec?.type === "LoadBalancer");
  for (const { namespace, backend } of ingressBackends(tree)) {
    const service = tree.find("Service", namespace, backend.service?.name ?? "");
    if (service) services.push(service);
  }
  return new Set(services.flatMap((service) => podsBehind(tree, service)));
});
