import type { AppProjectSpec, ProjectKind } from "../../checks/kinds.ts";
import { permissionsOf } from "../../checks/project.ts";
import type { KubernetesObject } from "../../render/manifest.ts";
import { at } from "./object-field.ts";

interface Project extends AppProjectSpec {
  readonly sourceNamespaces?: readonly string[];
  readonly roles?: readonly {
    readonly name?: string;
    readonly policies?: readonly string[];
    readonly groups?: readonly string[];
  }[];
}

/**
 * What an AppProject allows that it did not. An entry is asked of the project of before as if it were a repository, a
 * place or a kind: its `*` is a character that only a `*` of before covers, so the answer is whether one set holds the
 * other. What was denied and is not any more counts as allowed.
 */
export function gainedByProject(before: KubernetesObject | undefined, after: KubernetesObject | undefined): string[] {
  // Without its project an Application syncs nothing.
  if (after === undefined) return [];
  const [was, is] = [projectOf(before), projectOf(after)];
  const known = permissionsOf(was);
  const deniesAll = before === undefined;
  return [
    ...entries(is.sourceRepos).filter((url) => deniesAll || !known.allowsRepository(url)),
    ...(is.destinations ?? [])
      .filter(({ server, name, namespace = "" }) => !isDenial(namespace) && !isDenial(server ?? name ?? ""))
      .filter(({ server, name, namespace = "" }) => deniesAll || !known.allowsDestination(server, name, namespace))
      .map(({ server, name, namespace = "" }) => `namespace ${namespace} of ${server ?? name ?? "any cluster"}`),
    ...entries(is.sourceNamespaces)
      .filter((namespace) => !(was.sourceNamespaces ?? []).includes(namespace))
      .map((namespace) => `Applications in namespace ${namespace}`),
    ...(is.clusterResourceWhitelist ?? [])
      .filter(({ group = "", kind = "", name }) => deniesAll || !known.allowsKind(group, kind, false, name))
      .map(showKind),
    ...namespacedKinds(is)
      .filter(({ group = "", kind = "" }) => deniesAll || !known.allowsKind(group, kind, true))
      .map(showKind),
    ...lifted(was, is),
    ...grantsOf(is).filter((grant) => !grantsOf(was).includes(grant)),
  ];
}

/** Denials of before that are gone: a shorter list of them allows more. */
function lifted(was: Project, is: Project): string[] {
  const denials = (project: Project) => [
    ...(project.sourceRepos ?? []).filter(isDenial),
    ...(project.destinations ?? []).flatMap(({ server = "", name = "", namespace = "" }) =>
      [server, name, namespace].some(isDenial) ? [`${server}${name} ${namespace}`] : [],
    ),
    ...(project.clusterResourceBlacklist ?? []).map(showKind),
    // Where only listed kinds are allowed, a kind that is no longer denied is judged by that list.
    ...(project.namespaceResourceBlacklist ?? []).filter(() => allowsEveryKind(is)).map(showKind),
  ];
  const kept = new Set(denials(is));
  return denials(was)
    .filter((denial) => !kept.has(denial))
    .map((denial) => `no longer denied: ${denial}`);
}

/** An empty list of namespaced kinds allows all of them, save those that are denied. */
function namespacedKinds(project: Project): readonly ProjectKind[] {
  if (!allowsEveryKind(project)) return project.namespaceResourceWhitelist ?? [];
  const everything = { group: "*", kind: "*" };
  return permissionsOf(project).allowsKind("*", "*", true) ? [everything] : [];
}

function allowsEveryKind({ namespaceResourceWhitelist = [] }: Project): boolean {
  return namespaceResourceWhitelist.length === 0;
}

function grantsOf({ roles = [] }: Project): string[] {
  return roles.flatMap(({ name = "", policies = [], groups = [] }) => [
    ...policies.filter((policy) => !policy.trim().endsWith("deny")),
    ...groups.map((group) => `group ${group} has role ${name}`),
  ]);
}

function entries(list: readonly string[] = []): string[] {
  return list.filter((entry) => !isDenial(entry));
}

function isDenial(entry: string): boolean {
  return entry.startsWith("!");
}

function showKind({ group = "", kind = "", name }: ProjectKind): string {
  return `kind ${kind}${group === "" ? "" : `.${group}`}${name === undefined ? "" : ` named ${name}`}`;
}

function projectOf(object: KubernetesObject | undefined): Project {
  return (at(object, "spec") ?? {}) as Project;
}
