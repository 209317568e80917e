import { fieldsOf } from "./kinds.ts";
import type { VolumeMount } from "./pod-spec.ts";
import type { ContainerSite, PodTemplate } from "./pods.ts";

/** Names of the volumes of a pod that are claims, and so outlive it. */
export function claimedVolumes({ manifest, spec }: PodTemplate): ReadonlySet<string> {
  const volumes = (spec.volumes ?? []).filter(({ persistentVolumeClaim }) => persistentVolumeClaim !== undefined);
  return new Set([...volumes.map(({ name }) => name), ...claimTemplates({ manifest })]);
}

/** Names of the volumes that a StatefulSet's claim templates add to its pods. */
export function claimTemplates({ manifest }: Pick<PodTemplate, "manifest">): string[] {
  if (manifest.object.kind !== "StatefulSet") return [];
  const { volumeClaimTemplates = [] } = fieldsOf(manifest, "StatefulSet").spec ?? {};
  return volumeClaimTemplates.flatMap(({ metadata }) => metadata?.name ?? []);
}

/** The mount that a path lies in: the innermost one. */
export function mountOf({ container }: Pick<ContainerSite, "container">, path: string): VolumeMount | undefined {
  return (container.volumeMounts ?? [])
    .filter(({ mountPath = "" }) => `${path}/`.startsWith(`${mountPath.replace(/\/+$/, "")}/`))
    .sort((a, b) => (b.mountPath ?? "").length - (a.mountPath ?? "").length)[0];
}
