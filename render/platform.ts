import type { Environment } from "../config/environment.ts";
import { UserError } from "../config/user-error.ts";
import type { AppDefinition, NamespaceDeclaration } from "../constructs/app.ts";
import type { Flow } from "../constructs/flow.ts";

import { blaming } from "./blaming.ts";

/** An app with the file it comes from, as discovery hands it over. */
export interface AppSource {
  /** Relative to the checkout, such as `charts/redis.ts`. */
  readonly source: string;
  readonly app: AppDefinition;
}

export interface PlannedApp extends AppSource {
  /** Sync wave of its Application: one more than the highest of those it depends on, 0 without any. */
  readonly wave: number;
}

/** The apps of one environment in the order of their waves, and all that they declare. */
export interface Platform {
  readonly environment: Environment;
  readonly apps: readonly PlannedApp[];
  readonly namespaces: readonly NamespaceDeclaration[];
  readonly flows: readonly Flow[];
}

/**
 * Chooses the apps of an environment and compiles their sync waves.
 * Throws a UserError for two apps with one name, a dependency that does not exist, a cycle (printed whole), and a
 * namespace that two apps declare.
 */
export function planPlatform(environment: Environment, sources: readonly AppSource[]): Platform {
  const enabled = sources.filter(
    ({ app, source }) => blaming(source, environment, () => app.enabled?.(environment)) ?? true,
  );
  const byName = new Map<string, AppSource>();
  for (const one of enabled) {
    const other = byName.get(one.app.name);
    if (other)
      throw twoWith(
        `the app name "${one.app.name}"`,
        other,
        one,
        "The later one would replace the earlier one's folder in dist/.",
      );
    byName.set(one.app.name, one);
  }
  const disabled = new Set(sources.map(({ app }) => app.name).filter((name) => !byName.has(name)));
  const waves = compileWaves(byName, disabled, environment.name);

  const owners = new Map<string, AppSource>();
  const namespaces: NamespaceDeclaration[] = [];
  for (const one of enabled) {
    for (const namespace of one.app.namespaces ?? []) {
      const other = owners.get(namespace.name);
      if (other)
        throw twoWith(
          `the namespace "${namespace.name}"`,
          other,
          one,
          "Leave the declaration in one file; the other apps just name it.",
        );
      owners.set(namespace.name, one);
      namespaces.push(namespace);
    }
  }

  const apps = enabled
    .map((one) => ({ ...one, wave: waves.get(one.app.name) ?? 0 }))
    .sort((a, b) => a.wave - b.wave || (a.app.name < b.app.name ? -1 : 1));
  return {
    environment,
    apps,
    namespaces: namespaces.sort((a, b) => (a.name < b.name ? -1 : 1)),
    flows: apps.flatMap(({ app, source }) => blaming(source, environment, () => app.flows?.(environment)) ?? []),
  };
}

function twoWith(what: string, first: AppSource, second: AppSource, remedy: string): UserError {
  return new UserError(`${first.source} and ${second.source} both declare ${what}.`, { remedy });
}

function compileWaves(
  byName: ReadonlyMap<string, AppSource>,
  disabled: ReadonlySet<string>,
  environment: string,
): Map<string, number> {
  const waves = new Map<string, number>();
  const path: string[] = [];

  const visit = (name: string, wantedBy: AppSource | undefined): number => {
    const known = waves.get(name);
    if (known !== undefined) return known;
    const one = byName.get(name);
    if (!one) {
      throw new UserError(
        disabled.has(name)
          ? `${wantedBy?.source}: dependsOn "${name}", which is switched off in ${environment}.`
          : `${wantedBy?.source}: dependsOn "${name}", but no file in charts/ declares an app of that name.`,
        { remedy: `Apps of ${environment}: ${[...byName.keys()].sort().join(", ")}.` },
      );
    }
    const start = path.indexOf(name);
    if (start !== -1) {
      throw new UserError(`The apps depend on each other in a circle: ${[...path.slice(start), name].join(" -> ")}.`, {
        remedy: "Take out one dependsOn of the circle: Argo CD would wait for ever.",
      });
    }
    path.push(name);
    const wave = one.app.dependsOn.reduce((highest, next) => Math.max(highest, visit(next, one) + 1), 0);
    path.pop();
    waves.set(name, wave);
    return wave;
  };

  for (const name of byName.keys()) visit(name, undefined);
  return waves;
}
