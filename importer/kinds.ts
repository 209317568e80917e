/**
 * The kinds that this platform puts in git, and nothing else: schemas/ holds their schemas, imports/ their validators.
 * `construct` says whether imports/ also gets a class for the kind; the others are made by cdk8s-plus-28, whose
 * defaults are right for them.
 */
export interface UsedKind {
  readonly apiVersion: string;
  readonly kind: string;
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
