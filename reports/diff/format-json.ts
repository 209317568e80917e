import { describeObject } from "../../render/manifest.ts";
import { showPath } from "./field-change.ts";
import { subject } from "./platform-change.ts";
import { byRisk, type DiffReport } from "./report.ts";

/** A report for programs: one object, with what `docs/reference/risks.md` calls the risks. */
export function formatJson(report: DiffReport): string {
  const { before, after, changes } = report;
  const risks = Object.fromEntries(byRisk(report).map((group) => [group.id, group.changes.length]));
  const objects = changes.map((change) => ({
    environment: change.environment,
    app: change.app,
    path: change.path,
    object: describeObject(subject(change)),
    change: change.before === undefined ? "added" : change.after === undefined ? "removed" : "changed",
    risks: change.risks,
    fields: change.fields.map(({ path, kind, before: was, after: is, idle }) => ({
      field: showPath(path),
      kind,
      before: was,
      after: is,
      idle,
    })),
  }));
  return `${JSON.stringify({ before, after, risks, objects })}\n`;
}
