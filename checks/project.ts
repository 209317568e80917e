import type { AppProjectSpec, ProjectKind } from "./kinds.ts";

/** Entries of an AppProject's list: what needs no comparison is looked up, for a project may list thousands. */
interface Entries {
  readonly exact: ReadonlySet<string>;
  readonly globs: readonly string[];
}

/** In place of the name, in an entry that names no object. */
const anyName = "";

/** What an AppProject allows. */
export interface Permissions {
  readonly allowsRepository: (url: string) => boolean;
  readonly allowsDestination: (server: string | undefined, name: string | undefined, namespace: string) => boolean;
  readonly allowsNamespace: (namespace: string) => boolean;
  /** Whether a kind may be applied; `name` is asked for cluster-wide objects, whose entries may name them. */
  readonly allowsKind: (group: string, kind: string, isNamespaced: boolean, name?: string) => boolean;
}

const known = new WeakMap<AppProjectSpec, Permissions>();

/** What a project allows (argo-cd v3.5 docs/user-guide/projects.md). Read once for each project. */
export function permissionsOf(project: AppProjectSpec): Permissions {
  const permissions = known.get(project) ?? readPermissions(project);
  known.set(project, permissions);
  return permissions;
}

function readPermissions({ sourceRepos = [], destinations = [], ...lists }: AppProjectSpec): Permissions {
  const repositories = entriesOf(sourceRepos);
  const namespaces = entriesOf(destinations.map(({ namespace = "" }) => namespace));
  const places = entriesOf(
    destinations.map(({ server = "", name = "", namespace = "" }) => `${server}|${name}|${namespace}`),
  );
  const kinds = (list: readonly ProjectKind[] = []) =>
    entriesOf(list.map(({ group = "", kind = "", name = anyName }) => `${group}|${kind}|${name}`));
  const allowedCluster = kinds(lists.clusterResourceWhitelist);
  const deniedCluster = kinds(lists.clusterResourceBlacklist);
  const allowedNamespaced = kinds(lists.namespaceResourceWhitelist);
  const deniedNamespaced = kinds(lists.namespaceResourceBlacklist);
  // Cluster-wide kinds must be listed; namespaced ones only when there is a list.
  const allowsAllNamespaced = (lists.namespaceResourceWhitelist ?? []).length === 0;
  return {
    allowsRepository: (url) => covers(repositories, url),
    allowsDestination: (server = "", name = "", namespace) => covers(places, `${server}|${name}|${namespace}`),
    allowsNamespace: (namespace) => covers(namespaces, namespace),
    allowsKind: (group, kind, isNamespaced, name = anyName) => {
      const named = (entries: Entries) =>
        covers(entries, `${group}|${kind}|${anyName}`) || covers(entries, `${group}|${kind}|${name}`);
      if (!isNamespaced) return named(allowedCluster) && !named(deniedCluster);
      return (allowsAllNamespaced || named(allowedNamespaced)) && !named(deniedNamespaced);
    },
  };
}

function entriesOf(entries: readonly string[]): Entries {
  return {
    exact: new Set(entries.filter((entry) => !entry.includes("*"))),
    globs: [...new Set(entries.filter((entry) => entry.includes("*")))],
  };
}

function covers({ exact, globs }: Entries, value: string): boolean {
  return exact.has(value) || globs.some((glob) => matchesGlob(glob, value));
}

/** `*` stands for any text, "/" included. */
function matchesGlob(glob: string, value: string): boolean {
  const [first = "", ...rest] = glob.split("*");
  if (!value.startsWith(first)) return false;
  let at = first.length;
  for (const [i, part] of rest.entries()) {
    const found = i === rest.length - 1 ? value.length - part.length : value.indexOf(part, at);
    if (found < at || value.slice(found, found + part.length) !== part) return false;
    at = found + part.length;
  }
  return true;
}
