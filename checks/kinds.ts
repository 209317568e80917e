import type { Manifest } from "../render/manifest.ts";
import type { ClaimSpec, LabelSelector, PodSpec, StringMap } from "./pod-spec.ts";

export interface PodTemplateFields {
  readonly metadata?: { readonly labels?: StringMap; readonly annotations?: StringMap };
  readonly spec?: PodSpec;
}

export interface ServicePort {
  readonly name?: string;
  readonly port?: number;
  readonly targetPort?: number | string;
  readonly protocol?: string;
}

export interface IngressBackend {
  readonly service?: { readonly name?: string; readonly port?: { readonly name?: string; readonly number?: number } };
}

export interface NetworkPolicyPeer {
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
  readonly namespaceSelector?: LabelSelector;
  readonly podSelector?: LabelSelector;
}

export interface NetworkPolicyPort {
  readonly port?: number | string;
  readonly endPort?: number;
  readonly protocol?: string;
}

export interface NetworkPolicySpec {
  readonly podSelector?: LabelSelector;
  readonly policyTypes?: readonly string[];
  readonly ingress?: readonly {
    readonly from?: readonly NetworkPolicyPeer[];
    readonly ports?: readonly NetworkPolicyPort[];
  }[];
  readonly egress?: readonly {
    readonly to?: readonly NetworkPolicyPeer[];
    readonly ports?: readonly NetworkPolicyPort[];
  }[];
}

export interface ApplicationSource {
  readonly repoURL?: string;
  readonly targetRevision?: string;
  readonly path?: string;
  readonly chart?: string;
  readonly helm?: { readonly valuesObject?: object };
}

export interface ApplicationSpec {
  readonly project?: string;
  readonly source?: ApplicationSource;
  readonly sources?: readonly ApplicationSource[];
  readonly destination?: { readonly server?: string; readonly name?: string; readonly namespace?: string };
  readonly syncPolicy?: { readonly syncOptions?: readonly string[] };
  readonly ignoreDifferences?: readonly {
    readonly jsonPointers?: readonly string[];
    readonly jqPathExpressions?: readonly string[];
  }[];
}

export interface ProjectKind {
  readonly group?: string;
  readonly kind?: string;
  readonly name?: string;
}

export interface AppProjectSpec {
  readonly sourceRepos?: readonly string[];
  readonly destinations?: readonly { readonly server?: string; readonly name?: string; readonly namespace?: string }[];
  readonly clusterResourceWhitelist?: readonly ProjectKind[];
  readonly clusterResourceBlacklist?: readonly ProjectKind[];
  readonly namespaceResourceWhitelist?: readonly ProjectKind[];
  readonly namespaceResourceBlacklist?: readonly ProjectKind[];
}

export interface PolicyRule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs?: readonly string[];
}

interface Binding {
  readonly roleRef?: { readonly kind?: string; readonly name?: string };
  readonly subjects?: readonly { readonly kind?: string; readonly name?: string; readonly namespace?: string }[];
}

interface Workload {
  readonly spec?: {
    readonly replicas?: number;
    readonly selector?: LabelSelector;
    readonly template?: PodTemplateFields;
    readonly strategy?: {
      readonly type?: string;
      readonly rollingUpdate?: { readonly maxSurge?: number | string; readonly maxUnavailable?: number | string };
    };
    readonly volumeClaimTemplates?: readonly {
      readonly apiVersion?: string;
      readonly kind?: string;
      readonly metadata?: { readonly name?: string };
      readonly spec?: ClaimSpec;
    }[];
    readonly persistentVolumeClaimRetentionPolicy?: { readonly whenDeleted?: string; readonly whenScaled?: string };
  };
}

/** What rules read of each kind. The schema check has refused other shapes; every field may still be missing. */
export interface Kinds {
  Application: { readonly spec?: ApplicationSpec };
  AppProject: { readonly spec?: AppProjectSpec };
  ClusterIssuer: {
    readonly spec?: {
      readonly acme?: {
        readonly server?: string;
        readonly privateKeySecretRef?: { readonly name?: string };
        readonly solvers?: readonly {
          readonly http01?: {
            readonly ingress?: { readonly class?: string; readonly ingressClassName?: string; readonly name?: string };
          };
        }[];
      };
    };
  };
  ClusterRole: { readonly rules?: readonly PolicyRule[] };
  ClusterRoleBinding: Binding;
  ConfigMap: { readonly data?: StringMap };
  CronJob: { readonly spec?: { readonly jobTemplate?: { readonly spec?: { readonly template?: PodTemplateFields } } } };
  DaemonSet: Workload;
  Deployment: Workload;
  HorizontalPodAutoscaler: {
    readonly spec?: {
      readonly scaleTargetRef?: { readonly kind?: string; readonly name?: string };
      readonly maxReplicas?: number;
      readonly metrics?: readonly object[];
    };
  };
  Ingress: {
    readonly spec?: {
      readonly ingressClassName?: string;
      readonly defaultBackend?: IngressBackend;
      readonly tls?: readonly { readonly hosts?: readonly string[]; readonly secretName?: string }[];
      readonly rules?: readonly {
        readonly host?: string;
        readonly http?: {
          readonly paths?: readonly {
            readonly path?: string;
            readonly pathType?: string;
            readonly backend?: IngressBackend;
          }[];
        };
      }[];
    };
  };
  IngressClass: { readonly spec?: { readonly controller?: string } };
  Job: { readonly spec?: { readonly template?: PodTemplateFields } };
  LimitRange: {
    readonly spec?: {
      readonly limits?: readonly {
        readonly type?: string;
        readonly default?: Readonly<Record<string, string>>;
        readonly defaultRequest?: Readonly<Record<string, string>>;
      }[];
    };
  };
  NetworkPolicy: { readonly spec?: NetworkPolicySpec };
  PersistentVolumeClaim: { readonly spec?: ClaimSpec };
  Pod: { readonly spec?: PodSpec };
  PodDisruptionBudget: {
    readonly spec?: {
      readonly selector?: LabelSelector;
      readonly minAvailable?: number | string;
      readonly maxUnavailable?: number | string;
    };
  };
  ResourceQuota: { readonly spec?: { readonly hard?: Readonly<Record<string, string | number>> } };
  Role: { readonly rules?: readonly PolicyRule[] };
  RoleBinding: Binding;
  Secret: { readonly data?: StringMap; readonly stringData?: StringMap };
  Service: {
    readonly spec?: {
      readonly type?: string;
      readonly selector?: StringMap;
      readonly ports?: readonly ServicePort[];
      readonly externalIPs?: readonly string[];
      readonly externalName?: string;
    };
  };
  ServiceAccount: { readonly automountServiceAccountToken?: boolean };
  StatefulSet: Workload;
  StorageClass: {
    readonly provisioner?: string;
    readonly parameters?: StringMap;
    readonly reclaimPolicy?: string;
    readonly volumeBindingMode?: string;
    readonly allowVolumeExpansion?: boolean;
  };
  TLSOption: { readonly spec?: { readonly minVersion?: string; readonly cipherSuites?: readonly string[] } };
  VolumeSnapshotClass: { readonly driver?: string };
}

/** The typed fields of a manifest of that kind. */
export function fieldsOf<Kind extends keyof Kinds>(manifest: Manifest, _kind: Kind): Kinds[Kind] {
  return manifest.object as Kinds[Kind];
}
