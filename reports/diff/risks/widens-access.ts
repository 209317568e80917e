import type { KubernetesObject } from "../../../render/manifest.ts";
import { gainedPolicies } from "../argocd-access.ts";
import { type FieldChange, fieldOf } from "../field-change.ts";
import { chartValueOf } from "../helm-source.ts";
import { changedAccess } from "../network-access.ts";
import { at, show } from "../object-field.ts";
import { type ObjectChange, subject } from "../platform-change.ts";
import { gainedByProject } from "../project-access.ts";
import type { RiskRule } from "../risk.ts";
import { gainedByBinding, gainedByRole } from "../role-access.ts";
import type { Surroundings } from "../surroundings.ts";
import { isWorkload } from "../workload.ts";

/** Widens access: somebody may do, or reach, what they could not before. */
export const widensAccess: RiskRule = {
  id: "widens-access",
  meaning: "RBAC, an AppProject, a NetworkPolicy or a namespace's Pod Security allows something that it did not.",
  advice: "Make sure that it is needed, and no wider than that.",
  judge: (change, around) => gains(change, around).map((what) => ({ why: summarize(what) })),
};

/** Lists of what is allowed now and was not; each list is one reason. */
function gains(change: ObjectChange, around: Surroundings): (readonly string[])[] {
  const { before, after } = change;
  const lists = (() => {
    switch (subject(change).kind) {
      case "Role":
      case "ClusterRole":
        return [gainedByRole(before, after)];
      case "RoleBinding":
      case "ClusterRoleBinding":
        return [gainedByBinding(before, after)];
      case "AppProject":
        return [gainedByProject(before, after)];
      case "NetworkPolicy":
        return [changedAccess(change, around).gained];
      case "Application":
        return [...change.fields.map(gainedInArgoCd), gainedByApplication(change, around)];
      case "ConfigMap":
        return /^argocd-(rbac-)?cm$/.test(subject(change).metadata.name) ? change.fields.map(gainedInArgoCd) : [];
      case "Namespace":
        return [before && after ? change.fields.flatMap(gainedInNamespace) : gainedByNamespace(after)];
      default:
        return [gainedByAccount(before, after)];
    }
  })();
  return lists.filter((list) => list.length > 0);
}

/** What an account may do is bound to its name: another one is taken for more, since its bindings are not looked up. */
function gainedByAccount(before: KubernetesObject | undefined, after: KubernetesObject | undefined): string[] {
  if (!before || !after || !isWorkload(after)) return [];
  const [was, is] = [before, after].map((object) => at(object, "spec.template.spec.serviceAccountName") ?? "default");
  return is === was || is === "default" ? [] : [`what ServiceAccount ${show(is)} may do`];
}

/** Argo CD's own rights: its ConfigMaps argocd-cm and argocd-rbac-cm, or the values of its chart that become it. */
function gainedInArgoCd(field: FieldChange): readonly string[] {
  const value = chartValueOf(field) ?? fieldOf(field.path);
  if (/^(data|configs\.cm)\.users\.anonymous\.enabled$/.test(value)) {
    return String(field.after) === "true" ? ["whoever does not log in has policy.default"] : [];
  }
  const name = /^(?:data|configs\.rbac)\.(policy\.(?:default|.*csv))$/.exec(value)?.[1];
  return name === undefined ? [] : gainedPolicies(name, field.before, field.after);
}

/** Argo CD makes the project `default` itself, open to everything unless git says otherwise. */
function gainedByApplication({ before, after, environment }: ObjectChange, around: Surroundings): string[] {
  const isIn = (object: KubernetesObject | undefined) => at(object, "spec.project") === "default";
  if (!isIn(after) || isIn(before)) return [];
  const isRestricted = around.after
    .ofKind(environment, "AppProject")
    .some(({ object }) => object.metadata.name === "default");
  return isRestricted ? [] : ["every kind in every namespace, for project default permits all"];
}

const enforce = "pod-security.kubernetes.io/enforce";
const levels = ["restricted", "baseline", "privileged"];

function gainedInNamespace({ path, before, after }: FieldChange): string[] {
  const isLabel = path.length === 3 && path[1] === "labels" && path[2] === enforce;
  // A namespace without the label admits everything.
  const level = (value: unknown) => levels.indexOf(value === undefined ? "privileged" : show(value));
  return isLabel && level(after) > level(before) ? [`pods of level ${show(after ?? "privileged")}`] : [];
}

/** A new one that admits everything; to bring such a one in by a label less is no less than to take the label away. */
function gainedByNamespace(namespace: KubernetesObject | undefined): string[] {
  const level = namespace?.metadata.labels?.[enforce] ?? "privileged";
  return namespace && level === "privileged" ? [`pods of level ${level}`] : [];
}

function summarize(gained: readonly string[]): string {
  const shown = gained.slice(0, 3).join("; ");
  return `now allowed: ${gained.length > 3 ? `${shown}; and ${gained.length - 3} more` : shown}`;
}
