import { type FieldChange, fieldOf, showPath } from "../field-change.ts";
import { chartChanges, chartValueOf, isHelmApplication } from "../helm-source.ts";
import { at, show } from "../object-field.ts";
import { subject } from "../platform-change.ts";
import type { RiskRule } from "../risk.ts";
import { replicasDuring, restartingFields } from "../workload.ts";

/** Restarts pods: Kubernetes replaces each of them by one of the new template. */
export const restartsPods: RiskRule = {
  id: "restarts-pods",
  meaning: "Running pods are replaced, also for a changed configuration; a number of replicas alone replaces none.",
  advice: "Make sure that the pods end and start cleanly, and that there is more than one.",
  judge(change, around) {
    const { before, after, fields } = change;
    if (!before || !after) return [];
    const template = restartingFields(change);
    if (template.length > 0) {
      const replicas = replicasDuring(change, around);
      if (replicas === 0) return [];
      const which =
        replicas === undefined ? "its pod on every server" : `its ${replicas === 1 ? "pod" : `${replicas} pods`}`;
      return [{ why: `${because(template)}: Kubernetes replaces ${which}` }];
    }
    if (!isHelmApplication(subject(change))) return [];
    const chart = chartChanges(fields).filter((field) => !isReplicas(field));
    if (chart.length === 0) return [];
    return [{ why: `the chart ${show(at(after, "spec.source.chart"))} decides which of its pods: ${list(chart)}` }];
  },
};

function because(fields: readonly FieldChange[]): string {
  const checksum = "spec.template.metadata.annotations.checksum/";
  const isConfiguration = fields.every(({ path }) => fieldOf(path).startsWith(checksum));
  if (!isConfiguration) return list(fields);
  return `its configuration changed (${fields.map(({ path }) => String(path.at(-1))).join(", ")})`;
}

function list(fields: readonly FieldChange[]): string {
  const names = fields.map(({ path }) => showPath(path).replace(/^spec\.(template|source\.helm\.valuesObject)\./, ""));
  const shown = names.slice(0, 3).join(", ");
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}

/** A number of pods, by the names that charts give it. */
function isReplicas(field: FieldChange): boolean {
  return /(^|\.)(replicas|replicaCount)$/.test(chartValueOf(field) ?? "");
}
