import {
  type Container,
  PodSecurityContextFsGroupChangePolicy,
  type PodSpec,
  Quantity,
  type ResourceRequirements,
  SeccompProfileType,
  type TopologySpreadConstraint,
  TopologySpreadConstraintNodeTaintsPolicy,
  TopologySpreadConstraintWhenUnsatisfiable,
} from "../imports/k8s.ts";

/** A numeric user: `runAsNonRoot` alone does not start an image that names its user by word. */
export interface NumericUser {
  readonly uid: number;
  readonly gid: number;
}

/** What Pod Security `restricted` asks of the pod; `ownsVolumes` lets the group write to mounted volumes. */
export function restrictedPod(
  user: NumericUser,
  options: { readonly ownsVolumes?: boolean } = {},
): Pick<PodSpec, "securityContext"> {
  return {
    securityContext: {
      runAsNonRoot: true,
      runAsUser: user.uid,
      runAsGroup: user.gid,
      seccompProfile: { type: SeccompProfileType.RUNTIME_DEFAULT },
      ...(options.ownsVolumes === true
        ? { fsGroup: user.gid, fsGroupChangePolicy: PodSecurityContextFsGroupChangePolicy.ON_ROOT_MISMATCH }
        : {}),
    },
  };
}

/** What Pod Security `restricted` asks of a container, and a root file system that nobody writes to. */
export const restrictedContainer: Pick<Container, "securityContext"> = {
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] }, readOnlyRootFilesystem: true },
};

/**
 * Requests for the scheduler and a memory limit that protects the neighbours. There is no CPU limit: CPU is shared by
 * the requests when it is scarce, and a limit would only throttle while it is not.
 */
export function resources(wanted: {
  readonly cpu: string;
  readonly memory: string;
  readonly memoryLimit: string;
}): ResourceRequirements {
  return {
    requests: { cpu: Quantity.fromString(wanted.cpu), memory: Quantity.fromString(wanted.memory) },
    limits: { memory: Quantity.fromString(wanted.memoryLimit) },
  };
}

/**
 * Replicas on different servers, counted for each revision apart: with two servers the surge pod of a roll-out would
 * otherwise find no place.
 */
export function spreadOverServers(labels: Record<string, string>): TopologySpreadConstraint {
  return {
    topologyKey: "kubernetes.io/hostname",
    maxSkew: 1,
    whenUnsatisfiable: TopologySpreadConstraintWhenUnsatisfiable.DO_NOT_SCHEDULE,
    labelSelector: { matchLabels: labels },
    matchLabelKeys: ["pod-template-hash"],
    // A cordoned or tainted server is no place: counted as one, it would keep every roll-out from ending.
    nodeTaintsPolicy: TopologySpreadConstraintNodeTaintsPolicy.HONOR,
  };
}
