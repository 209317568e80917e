import type { HelmRelease } from "../constructs/app.ts";
import type { Planned } from "../render/rendered.ts";
import { oncePerTree, type Tree } from "./tree.ts";

const byName = oncePerTree((tree) => new Map(tree.apps.map((planned) => [planned.app.name, planned])));

/** The app of that name, with its wave. */
export function appNamed(tree: Tree, name: string): Planned | undefined {
  return byName(tree).get(name);
}

/**
 * Namespaces in which a Helm chart creates objects: what lies there is not rendered, so nothing can be said to be
 * missing.
 */
export const chartNamespaces = oncePerTree(
  (tree) =>
    new Set(
      tree.apps.flatMap(({ app, release }) =>
        release ? [app.namespace, ...(release.creates.otherNamespaces ?? [])] : [],
      ),
    ),
);

/** Every Helm release with its app. */
export const releases = oncePerTree((tree): readonly (Planned & { readonly release: HelmRelease })[] =>
  tree.apps.flatMap((planned) => (planned.release ? [{ ...planned, release: planned.release }] : [])),
);
