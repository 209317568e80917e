import { fieldsOf, type PolicyRule } from "./kinds.ts";
import { oncePerTree, type Tree } from "./tree.ts";

/** A role that is bound: in one namespace, or in the whole cluster. Its rules are unknown when it is not rendered. */
interface BoundRole {
  readonly namespace: string | undefined;
  readonly kind: string;
  readonly name: string;
}

const bindings = oncePerTree((tree) => {
  const roles = new Map<string, BoundRole[]>();
  for (const kind of ["ClusterRoleBinding", "RoleBinding"] as const) {
    for (const manifest of tree.ofKind(kind)) {
      const { namespace } = manifest.object.metadata;
      const { roleRef, subjects = [] } = fieldsOf(manifest, kind);
      const role = {
        namespace: kind === "RoleBinding" ? namespace : undefined,
        kind: roleRef?.kind ?? "",
        name: roleRef?.name ?? "",
      };
      for (const subject of subjects) {
        if (subject.kind !== "ServiceAccount") continue;
        const key = `${subject.namespace ?? namespace ?? ""}/${subject.name}`;
        const list = roles.get(key);
        if (list) list.push(role);
        else roles.set(key, [role]);
      }
    }
  }
  return roles;
});

/** Whether a rendered binding gives a service account a role. */
export function isBound(tree: Tree, namespace: string, serviceAccount: string): boolean {
  return bindings(tree).has(`${namespace}/${serviceAccount}`);
}

/** Rules of the rendered roles of a service account, by the namespace in which they hold; undefined is everywhere. */
export type Grants = ReadonlyMap<string | undefined, readonly PolicyRule[]>;

export function grantsOf(tree: Tree, namespace: string, serviceAccount: string): Grants {
  const grants = new Map<string | undefined, PolicyRule[]>();
  for (const role of bindings(tree).get(`${namespace}/${serviceAccount}`) ?? []) {
    const manifest = tree.find(role.kind, role.kind === "Role" ? role.namespace : undefined, role.name);
    const rules = manifest ? (fieldsOf(manifest, "Role").rules ?? []) : [];
    grants.set(role.namespace, [...(grants.get(role.namespace) ?? []), ...rules]);
  }
  return grants;
}

/** Whether the grants allow a verb on a resource; in the whole cluster when no namespace is given. */
export function allows(grants: Grants, verb: string, group: string, resource: string, namespace?: string): boolean {
  const holds = (list: readonly string[] | undefined, wanted: string) =>
    (list ?? []).some((one) => one === "*" || one === wanted);
  const allowing = (rule: PolicyRule) =>
    // A rule for some objects by name does not allow to list them.
    (rule.resourceNames ?? []).length === 0 &&
    holds(rule.verbs, verb) &&
    holds(rule.apiGroups, group) &&
    holds(rule.resources, resource);
  return [undefined, namespace].some((where) => grants.get(where)?.some(allowing) === true);
}
