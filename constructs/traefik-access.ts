import type { Chart } from "cdk8s";
import { ApiResource, ClusterRole, ClusterRoleBinding, Role, RoleBinding, type ServiceAccount } from "cdk8s-plus-28";

const read = ["get", "list", "watch"];

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
].map((resourceType) => ApiResource.custom({ apiGroup: "traefik.io", resourceType }));

/**
 * Traefik's rights. What belongs to the whole cluster it reads in the whole cluster; everything else, TLS Secrets above
 * all, only in the namespaces that it routes to: with a ClusterRole it could read the Hetzner token.
 * Source of the list: traefik v3.7.9 docs/content/reference/dynamic-configuration/kubernetes-crd-rbac.yml.
 */
export function addTraefikAccess(
  chart: Chart,
  name: string,
  labels: Record<string, string>,
  account: ServiceAccount,
  namespaces: readonly string[],
): void {
  const clusterRole = new ClusterRole(chart, "cluster-role", { metadata: { name, labels } });
  // Watched at start: without them its caches never fill, and it has no routes at all.
  clusterRole.allow(read, ApiResource.NODES, ApiResource.INGRESS_CLASSES);
  new ClusterRoleBinding(chart, "cluster-role-binding", { metadata: { name, labels }, role: clusterRole }).addSubjects(
    account,
  );

  for (const namespace of namespaces) {
    const metadata = { name, namespace, labels };
    const role = new Role(chart, `role-${namespace}`, { metadata });
    role.allow(
      read,
      ApiResource.SERVICES,
      ApiResource.SECRETS,
      ApiResource.CONFIG_MAPS,
      ApiResource.INGRESSES,
      ...customKinds,
    );
    role.allow(["list", "watch"], ApiResource.ENDPOINT_SLICES);
    role.allow(["update"], ApiResource.custom({ apiGroup: "networking.k8s.io", resourceType: "ingresses/status" }));
    new RoleBinding(chart, `role-binding-${namespace}`, { metadata, role }).addSubjects(account);
  }
}
