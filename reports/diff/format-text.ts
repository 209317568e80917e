import { changeLines, titleOf } from "./change-lines.ts";
import type { JudgedChange } from "./platform-change.ts";
import { byApp, byRisk, countOf, type DiffReport, plural } from "./report.ts";

/** A report for a terminal: what it comes to first, then every field. */
export function formatText(report: DiffReport): string {
  const { before, after } = report;
  if (report.changes.length === 0) return `${before} -> ${after}: nothing differs\n`;
  const risks = byRisk(report).map(({ id, changes }) => `  ${id}: ${plural(changes.length, "object")}`);
  const apps = byApp(report).flatMap(({ place, changes }) => ["", place, ...changes.flatMap(formatChange)]);
  return `${[`${before} -> ${after}: ${countOf(report)}`, ...risks, ...apps].join("\n")}\n`;
}

function formatChange(change: JudgedChange): string[] {
  const risks = change.risks.flatMap(({ id, why, remedy }) => [
    `    ${id}: ${why}`,
    ...(remedy === undefined ? [] : [`      remedy: ${remedy}`]),
  ]);
  return [`  ${titleOf(change)}`, ...risks, ...changeLines(change).map((line) => `    ${line}`)];
}
