import type { Container, PodSpec, SecurityContext } from "./pod-spec.ts";
import { type ContainerSite, containersOf, type PodTemplate } from "./pods.ts";

export type Level = "baseline" | "restricted";

/** One thing that the standard forbids: the field, and what stands there. */
export interface Breach {
  readonly field: string;
  readonly found: string;
}

/** A security context of the pod or of one of its containers. */
interface ContextSite {
  readonly context: SecurityContext;
  readonly field: string;
}

const baselineCapabilities = new Set([
  "AUDIT_WRITE",
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "MKNOD",
  "NET_BIND_SERVICE",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
]);

const safeSysctls = new Set([
  "kernel.shm_rmid_forced",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.ip_local_reserved_ports",
  "net.ipv4.ip_unprivileged_port_start",
  "net.ipv4.ping_group_range",
  "net.ipv4.tcp_fin_timeout",
  "net.ipv4.tcp_keepalive_intvl",
  "net.ipv4.tcp_keepalive_probes",
  "net.ipv4.tcp_keepalive_time",
  "net.ipv4.tcp_rmem",
  "net.ipv4.tcp_syncookies",
  "net.ipv4.tcp_wmem",
]);

const seLinuxTypes = new Set(["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"]);

const restrictedVolumes = new Set([
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "persistentVolumeClaim",
  "projected",
  "secret",
]);

/**
 * What Pod Security admission would refuse in a pod at that level, init and ephemeral containers included.
 * Source: Kubernetes docs, concepts/security/pod-security-standards; the restricted level includes the baseline.
 */
export function* breachesOf(pod: PodTemplate, level: Level): Generator<Breach> {
  const containers = containersOf(pod);
  yield* baselineOfPod(pod);
  for (const site of containers) yield* baselineOfContainer(site);
  for (const site of contextsOf(pod, containers)) yield* baselineOfContext(site);
  if (level === "baseline") return;
  yield* restrictedVolumesOf(pod);
  for (const site of contextsOf(pod, containers)) yield* restrictedContext(site);
  for (const site of containers) yield* restrictedContainer(site, pod.spec);
}

function contextsOf({ spec, specField }: PodTemplate, containers: readonly ContainerSite[]): ContextSite[] {
  const own = { context: spec.securityContext ?? {}, field: `${specField}.securityContext` };
  return [
    own,
    ...containers.map(({ container, field }) => ({
      context: container.securityContext ?? {},
      field: `${field}.securityContext`,
    })),
  ];
}

function* baselineOfPod({ spec, specField, annotations, metadataField }: PodTemplate): Generator<Breach> {
  for (const name of ["hostNetwork", "hostPID", "hostIPC"] as const) {
    if (spec[name] === true) yield { field: `${specField}.${name}`, found: `${name}: true` };
  }
  for (const [i, volume] of (spec.volumes ?? []).entries()) {
    if (volume.hostPath !== undefined) {
      yield { field: `${specField}.volumes[${i}].hostPath`, found: `the hostPath volume ${volume.name}` };
    }
  }
  for (const [name, value] of Object.entries(annotations)) {
    const isAppArmor = name.startsWith("container.apparmor.security.beta.kubernetes.io/");
    if (isAppArmor && value !== "runtime/default" && !value.startsWith("localhost/")) {
      yield { field: `${metadataField}.annotations[${JSON.stringify(name)}]`, found: `the AppArmor profile ${value}` };
    }
  }
}

function* baselineOfContainer({ container, field }: ContainerSite): Generator<Breach> {
  const { privileged, capabilities, procMount } = container.securityContext ?? {};
  if (privileged === true) yield { field: `${field}.securityContext.privileged`, found: "privileged: true" };
  for (const [i, capability] of (capabilities?.add ?? []).entries()) {
    if (!baselineCapabilities.has(capability)) {
      yield { field: `${field}.securityContext.capabilities.add[${i}]`, found: `the capability ${capability}` };
    }
  }
  if (procMount !== undefined && procMount !== "Default") {
    yield { field: `${field}.securityContext.procMount`, found: `procMount: ${procMount}` };
  }
  for (const [i, { hostPort = 0 }] of (container.ports ?? []).entries()) {
    if (hostPort !== 0) yield { field: `${field}.ports[${i}].hostPort`, found: `the host port ${hostPort}` };
  }
  yield* hostsOfProbes(container, field);
}

/** Probes with a host of their own, which the baseline forbids since Kubernetes 1.34: the kubelet would ask anybody. */
function* hostsOfProbes(container: Container, field: string): Generator<Breach> {
  const { livenessProbe, readinessProbe, startupProbe, lifecycle } = container;
  const callers = {
    livenessProbe,
    readinessProbe,
    startupProbe,
    "lifecycle.preStop": lifecycle?.preStop,
    "lifecycle.postStart": lifecycle?.postStart,
  };
  for (const [name, caller] of Object.entries(callers)) {
    for (const how of ["httpGet", "tcpSocket"] as const) {
      const host = caller?.[how]?.host;
      if (host) yield { field: `${field}.${name}.${how}.host`, found: `the probed host ${host}` };
    }
  }
}

function* baselineOfContext({ context, field }: ContextSite): Generator<Breach> {
  const { appArmorProfile, seLinuxOptions, seccompProfile, sysctls, windowsOptions } = context;
  if (appArmorProfile?.type === "Unconfined") {
    yield { field: `${field}.appArmorProfile.type`, found: "the AppArmor profile Unconfined" };
  }
  if (seLinuxOptions && !seLinuxTypes.has(seLinuxOptions.type ?? "")) {
    yield { field: `${field}.seLinuxOptions.type`, found: `the SELinux type ${seLinuxOptions.type}` };
  }
  for (const name of ["user", "role"] as const) {
    if (seLinuxOptions?.[name]) {
      yield { field: `${field}.seLinuxOptions.${name}`, found: `the SELinux ${name} ${seLinuxOptions[name]}` };
    }
  }
  if (seccompProfile?.type === "Unconfined") {
    yield { field: `${field}.seccompProfile.type`, found: "the seccomp profile Unconfined" };
  }
  for (const [i, { name }] of (sysctls ?? []).entries()) {
    if (!safeSysctls.has(name)) yield { field: `${field}.sysctls[${i}]`, found: `the sysctl ${name}` };
  }
  if (windowsOptions?.hostProcess === true) {
    yield { field: `${field}.windowsOptions.hostProcess`, found: "hostProcess: true" };
  }
}

function* restrictedVolumesOf({ spec, specField }: PodTemplate): Generator<Breach> {
  for (const [i, volume] of (spec.volumes ?? []).entries()) {
    const type = Object.keys(volume).find((key) => key !== "name" && !restrictedVolumes.has(key));
    // hostPath is in the baseline's list already.
    if (type !== undefined && type !== "hostPath") {
      yield { field: `${specField}.volumes[${i}].${type}`, found: `the ${type} volume ${volume.name}` };
    }
  }
}

function* restrictedContext({ context, field }: ContextSite): Generator<Breach> {
  if (context.runAsNonRoot === false) yield { field: `${field}.runAsNonRoot`, found: "runAsNonRoot: false" };
  if (context.runAsUser === 0) yield { field: `${field}.runAsUser`, found: "the user root (runAsUser: 0)" };
}

function* restrictedContainer(
  { container, field }: ContainerSite,
  { securityContext: pod = {} }: PodSpec,
): Generator<Breach> {
  const { allowPrivilegeEscalation, capabilities, runAsNonRoot, seccompProfile } = container.securityContext ?? {};
  const context = `${field}.securityContext`;
  if (allowPrivilegeEscalation !== false) {
    yield { field: `${context}.allowPrivilegeEscalation`, found: "no allowPrivilegeEscalation: false" };
  }
  if (!(capabilities?.drop ?? []).includes("ALL")) {
    yield { field: `${context}.capabilities.drop`, found: "capabilities that are not all dropped" };
  }
  for (const [i, capability] of (capabilities?.add ?? []).entries()) {
    // What the baseline forbids has been named already.
    if (capability !== "NET_BIND_SERVICE" && baselineCapabilities.has(capability)) {
      yield { field: `${context}.capabilities.add[${i}]`, found: `the capability ${capability}` };
    }
  }
  if ((runAsNonRoot ?? pod.runAsNonRoot) === undefined) {
    yield { field: `${context}.runAsNonRoot`, found: "no runAsNonRoot: true" };
  }
  const seccomp = seccompProfile?.type ?? pod.seccompProfile?.type;
  if (seccomp === undefined) yield { field: `${context}.seccompProfile`, found: "no seccomp profile" };
}
