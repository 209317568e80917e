import { parseGoDuration } from "./duration.ts";
import { containersOfImage } from "./pinned-images.ts";
import type { ContainerSite } from "./pods.ts";
import { oncePerTree } from "./tree.ts";

export type Provider = "kubernetesingress" | "kubernetescrd";

/** A rendered Traefik with its arguments by name in lower case, as Traefik compares them; a flag alone is "true". */
export interface TraefikSite extends ContainerSite {
  readonly args: ReadonlyMap<string, string>;
  /** Namespaces that each provider watches; undefined is all. */
  readonly watched: Readonly<Record<Provider, ReadonlySet<string> | undefined>>;
}

/** Every container that runs the pinned Traefik image. */
export const traefiks = oncePerTree((tree): readonly TraefikSite[] =>
  containersOfImage(tree, "traefik").map((site) => {
    const args = parseArguments(site.container.args ?? []);
    const watched = {
      kubernetesingress: namespacesOf(args, "kubernetesingress"),
      kubernetescrd: namespacesOf(args, "kubernetescrd"),
    };
    return { ...site, args, watched };
  }),
);

function parseArguments(args: readonly string[]): Map<string, string> {
  return new Map(
    args.flatMap((arg) => {
      const match = /^--?([^=]+)(?:=(.*))?$/s.exec(arg);
      return match ? [[(match[1] ?? "").toLowerCase(), match[2] ?? "true"] as const] : [];
    }),
  );
}

function namespacesOf(args: ReadonlyMap<string, string>, provider: Provider): ReadonlySet<string> | undefined {
  const list = args.get(`providers.${provider}.namespaces`);
  return list ? new Set(list.split(",").map((name) => name.trim())) : undefined;
}

/** Whether a part of Traefik is switched on: by its name, or by any of its options. */
export function isEnabled({ args }: TraefikSite, name: string): boolean {
  const stated = args.get(name);
  return stated === undefined ? [...args.keys()].some((one) => one.startsWith(`${name}.`)) : stated !== "false";
}

/** Names of the entry points, in lower case. */
export function entryPointsOf({ args }: TraefikSite): string[] {
  const names = [...args.keys()].flatMap((name) => /^entrypoints\.([^.]+)\.address$/.exec(name)?.[1] ?? []);
  return [...new Set(names)];
}

/** The entry point of ping and metrics unless they name another. Traefik makes it, on port 8080, where none is stated. */
export const defaultEntryPoint = "traefik";

/** Port an entry point listens on. */
export function entryPointPort({ args }: TraefikSite, name: string): number | undefined {
  const stated = args.get(`entrypoints.${name}.address`) ?? (name === defaultEntryPoint ? ":8080" : "");
  const port = /:(\d+)(?:\/(?:tcp|udp))?$/.exec(stated)?.[1];
  return port === undefined ? undefined : Number(port);
}

/** Milliseconds of a duration argument: a Go duration, or seconds without a unit. */
export function durationOf({ args }: TraefikSite, name: string, defaultMs: number): number | undefined {
  const value = args.get(name);
  if (value === undefined) return defaultMs;
  return /^\d+$/.test(value) ? Number(value) * 1000 : parseGoDuration(value);
}
