import { selects } from "../../checks/labels.ts";
import type { StringMap } from "../../checks/pod-spec.ts";
import type { KubernetesObject } from "../../render/manifest.ts";
import { at, itemsAt } from "./object-field.ts";
import type { ObjectChange } from "./platform-change.ts";
import type { Surroundings } from "./surroundings.ts";
import { isWorkload } from "./workload.ts";

/** The Services that reached the pods of a workload and do not any more, because the workload changed. */
export function lostServices({ environment, before, after }: ObjectChange, around: Surroundings): string[] {
  if (!before || !after || !isWorkload(after)) return [];
  const { namespace } = after.metadata;
  return around.after.ofKind(environment, "Service").flatMap(({ object: is }) => {
    const { name } = is.metadata;
    const was = around.before.find(environment, "Service", namespace, name);
    if (is.metadata.namespace !== namespace || !was || !finds(was, before)) return [];
    if (!finds(is, after)) return [`Service ${name} no longer finds its pods`];
    const [known, left] = [portNames(before), portNames(after)];
    return targets(is)
      .filter((port) => known.has(port) && !left.has(port))
      .map((port) => `Service ${name} finds no port ${port} in its pods`);
  });
}

function finds(service: KubernetesObject, workload: KubernetesObject): boolean {
  const matchLabels = at(service, "spec.selector") as StringMap | undefined;
  const labels = (at(workload, "spec.template.metadata.labels") ?? {}) as StringMap;
  // A Service without a selector is led to its endpoints by others.
  return matchLabels !== undefined && selects({ matchLabels }, labels);
}

function targets(service: KubernetesObject): string[] {
  return itemsAt(service, "spec.ports").flatMap(({ targetPort }) =>
    typeof targetPort === "string" ? [targetPort] : [],
  );
}

function portNames(workload: KubernetesObject): ReadonlySet<unknown> {
  const containers = itemsAt(workload, "spec.template.spec.containers");
  return new Set(
    containers.flatMap((container) => itemsAt({ ...workload, container }, "container.ports")).map(({ name }) => name),
  );
}
