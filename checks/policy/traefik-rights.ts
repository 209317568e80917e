import { allows, grantsOf } from "../access.ts";
import { defineRule } from "../rule.ts";
import { type TraefikSite, traefiks } from "../traefik.ts";

interface Right {
  readonly group: string;
  readonly resource: string;
  readonly verbs: readonly string[];
  /** Namespaces in which it is needed; undefined is the whole cluster. */
  readonly namespaces: ReadonlySet<string> | undefined;
}

const read = ["get", "list", "watch"];

/** Kinds of traefik.io that the CRD provider watches from its start. */
const customKinds = [
  "ingressroutes",
  "ingressroutetcps",
  "ingressrouteudps",
  "middlewares",
  "middlewaretcps",
  "serverstransports",
  "serverstransporttcps",
  "tlsoptions",
  "tlsstores",
  "traefikservices",
];

export default defineRule({
  id: "traefik-rights",
  severity: "error",
  why: "Traefik waits for a list that it may not read: its caches never fill, and it has no routes at all.",
  fix: "Grant it by the ClusterRole, or by the Role of the namespace, that Traefik's account is bound to.",
  check: function* (tree) {
    for (const traefik of traefiks(tree)) {
      const { pod } = traefik;
      const grants = grantsOf(tree, pod.namespace, pod.spec.serviceAccountName ?? "default");
      for (const { group, resource, verbs, namespaces } of neededRights(traefik)) {
        for (const namespace of namespaces ?? [undefined]) {
          const missing = verbs.filter((verb) => !allows(grants, verb, group, resource, namespace));
          if (missing.length === 0) continue;
          const where = namespace === undefined ? "in the whole cluster" : `in ${namespace}`;
          const found = `no right to ${missing.join(", ")} ${resource} ${where}`;
          yield { manifest: pod.manifest, field: `${pod.specField}.serviceAccountName`, found };
        }
      }
    }
  },
});

/** traefik v3.7.9 docs/content/reference/dynamic-configuration/kubernetes-crd-rbac.yml, and its providers' clients. */
function* neededRights(traefik: TraefikSite): Generator<Right> {
  const { args } = traefik;
  const ingress = args.has("providers.kubernetesingress")
    ? { namespaces: traefik.watched.kubernetesingress }
    : undefined;
  const custom = args.has("providers.kubernetescrd") ? { namespaces: traefik.watched.kubernetescrd } : undefined;
  if (ingress) {
    yield { group: "", resource: "nodes", verbs: read, namespaces: undefined };
    yield { group: "networking.k8s.io", resource: "ingressclasses", verbs: read, namespaces: undefined };
    yield { group: "networking.k8s.io", resource: "ingresses", verbs: read, ...ingress };
    yield { group: "networking.k8s.io", resource: "ingresses/status", verbs: ["update"], ...ingress };
  }
  const both = ingress ?? custom;
  if (both) {
    yield { group: "", resource: "services", verbs: read, ...both };
    yield { group: "", resource: "secrets", verbs: read, ...both };
    yield { group: "discovery.k8s.io", resource: "endpointslices", verbs: ["list", "watch"], ...both };
  }
  if (custom) {
    for (const resource of customKinds) yield { group: "traefik.io", resource, verbs: read, ...custom };
  }
}
