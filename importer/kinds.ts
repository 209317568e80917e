/** As the objects of a kind name it. */
export interface KindName {
  readonly apiVersion: string;
  readonly kind: string;
}

/**
 * The kinds that this platform puts in git, and nothing else: imports/ has a validator for each of them. Of a kind that
 * vendored-kinds.ts keeps at hand schemas/ has the structure already; a line here is all that it needs.
 * `construct` says whether imports/ also gets a class for the kind; the others are made by cdk8s-plus-28, whose
 * defaults are right for them.
 */
export interface UsedKind extends KindName {
  readonly construct: boolean;
}

const constructs = (apiVersion: string, ...kinds: readonly string[]): UsedKind[] =>
  kinds.map((kind) => ({ apiVersion, kind, construct: true }));
const validatorsOnly = (apiVersion: string, ...kinds: readonly string[]): UsedKind[] =>
  kinds.map((kind) => ({ apiVersion, kind, construct: false }));

export const usedKinds: readonly UsedKind[] = [
  ...constructs("v1", "ConfigMap", "LimitRange", "Namespace", "ResourceQuota", "Service"),
  ...validatorsOnly("v1", "ServiceAccount"),
  ...constructs("apps/v1", "Deployment", "StatefulSet"),
  ...constructs("networking.k8s.io/v1", "Ingress", "IngressClass", "NetworkPolicy"),
  ...constructs("policy/v1", "PodDisruptionBudget"),
  ...validatorsOnly("rbac.authorization.k8s.io/v1", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"),
  ...constructs("storage.k8s.io/v1", "StorageClass"),
  ...constructs("argoproj.io/v1alpha1", "AppProject", "Application"),
  ...constructs("cert-manager.io/v1", "ClusterIssuer"),
  ...constructs("traefik.io/v1alpha1", "Middleware", "TLSOption"),
];
