import { fieldsOf } from "./kinds.ts";
import type { ContainerSite } from "./pods.ts";
import type { Tree } from "./tree.ts";

/** The environment variables that a process sees: ConfigMaps first, then those stated one by one. */
export function variablesOf(tree: Tree, { container, pod }: ContainerSite): Record<string, string> {
  const { env = [], envFrom = [] } = container;
  const fromMaps = envFrom.map(({ configMapRef }) => {
    const manifest = tree.find("ConfigMap", pod.namespace, configMapRef?.name ?? "");
    return manifest ? fieldsOf(manifest, "ConfigMap").data : undefined;
  });
  const stated = env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const]));
  return Object.assign({}, ...fromMaps, Object.fromEntries(stated)) as Record<string, string>;
}
