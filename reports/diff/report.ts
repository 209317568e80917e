import type { Sides } from "./compare-platforms.ts";
import type { JudgedChange } from "./platform-change.ts";
import type { RiskId } from "./risk.ts";
import { riskRules } from "./risks.ts";

/** Two states of the platform, and how the second differs from the first. */
export interface DiffReport extends Sides {
  readonly changes: readonly JudgedChange[];
}

/** Changes of one app in one environment. */
export interface AppChanges {
  /** `production/chat-server` */
  readonly place: string;
  readonly changes: readonly JudgedChange[];
}

export function byApp({ changes }: DiffReport): AppChanges[] {
  const groups = new Map<string, JudgedChange[]>();
  for (const change of changes) {
    const place = `${change.environment}/${change.app}`;
    const group = groups.get(place);
    if (group) group.push(change);
    else groups.set(place, [change]);
  }
  return [...groups].map(([place, group]) => ({ place, changes: group }));
}

/** The changes that carry each risk, the gravest risk first, without those that nothing carries. */
export function byRisk({ changes }: DiffReport): { readonly id: RiskId; readonly changes: readonly JudgedChange[] }[] {
  return riskRules
    .map(({ id }) => ({ id, changes: changes.filter(({ risks }) => risks.some((risk) => risk.id === id)) }))
    .filter((group) => group.changes.length > 0);
}

/** "3 objects of 2 apps" */
export function countOf(report: DiffReport): string {
  const apps = byApp(report).length;
  return `${plural(report.changes.length, "object")} of ${plural(apps, "app")}`;
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
