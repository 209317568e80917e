import type { KubernetesObject } from "../../render/manifest.ts";

export const entryPointsAnnotation = "traefik.ingress.kubernetes.io/router.entrypoints";

/** The entry points of Traefik that an Ingress names; undefined for none, which are all that Traefik has by default. */
export function entryPointsOf({ metadata }: KubernetesObject): readonly string[] | undefined {
  const names = (metadata.annotations?.[entryPointsAnnotation] ?? "").split(",").map((name) => name.trim());
  const stated = names.filter((name) => name !== "");
  return stated.length === 0 ? undefined : stated;
}
