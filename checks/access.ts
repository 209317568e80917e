import { fieldsOf, type PolicyRule } from "./kinds.ts";
import { oncePerTree, type Tree } from "./tree.ts";

/** A rule of a role, and the namespace in which it holds: undefined is the whole cluster. */
export interface Grant {
  readonly namespace: string | undefined;
  readonly rule: PolicyRule;
}

/** A role that is bound; its rules are unknown when it is not rendered, such as `view`. */
export interface BoundRole {
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
      for (const subject of subjects) {
        if (subject.kind !== "ServiceAccount") continue;
        const key = `${subject.namespace ?? namespace ?? ""}/${subject.name}`;
        const role = {
          namespace: kind === "RoleBinding" ? namespace : undefined,
          kind: roleRef?.kind ?? "",
          name: roleRef?.name ?? "",
        };
        roles.set(key, [...(roles.get(key) ?? []), role]);
      }
    }
  }
  return roles;
});

/** Roles that rendered bindings give to a service account. */
export function rolesOf(tree: Tree, namespace: string, serviceAccount: string): readonly BoundRole[] {
  return bindings(tree).get(`${namespace}/${serviceAccount}`) ?? [];
}

/** What a service account may do by rendered roles. */
export function grantsOf(tree: Tree, namespace: string, serviceAccount: string): Grant[] {
  return rolesOf(tree, namespace, serviceAccount).flatMap((role) => {
    const manifest = tree.find(role.kind, role.kind === "Role" ? role.namespace : undefined, role.name);
    const rules = manifest ? (fieldsOf(manifest, "Role").rules ?? []) : [];
    return rules.map((rule) => ({ namespace: role.namespace, rule }));
  });
}

/** Whether the grants allow a verb on a resource; in the whole cluster when no namespace is given. */
export function allows(
  grants: readonly Grant[],
  verb: string,
  group: string,
  resource: string,
  namespace?: string,
): boolean {
  const holds = (list: readonly string[] | undefined, wanted: string) =>
    (list ?? []).some((one) => one === "*" || one === wanted);
  return grants.some(
    ({ namespace: where, rule }) =>
      (where === undefined || where === namespace) &&
      (rule.resourceNames ?? []).length === 0 &&
      holds(rule.verbs, verb) &&
      holds(rule.apiGroups, group) &&
      holds(rule.resources, resource),
  );
}
