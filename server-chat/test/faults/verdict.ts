/** What became of one of the promises. */
export interface Verdict {
  readonly property: Property;
  /** One line for people: how much was looked at, and what came out. */
  readonly figure: string;
  /** Each with the names and numbers that lead to it; none = kept. */
  readonly findings: readonly string[];
}

export const properties = {
  1: "no lost acknowledgement",
  2: "no phantom",
  3: "no duplicate",
  4: "unknown outcomes",
  5: "one order",
  6: "read to the end",
  7: "each sender's order",
  8: "resets with a reason",
  9: "presence",
  10: "bans",
  11: "catch-up",
  12: "memory",
} as const;

export type Property = keyof typeof properties;

/** A verdict on nothing would hold for any server. */
export const verdict = (property: Property, looked: number, figure: string, findings: readonly string[]): Verdict => ({
  property,
  figure,
  findings: looked === 0 ? ["there was nothing to judge", ...findings] : findings,
});

export const count = (n: number): string => n.toLocaleString("en-US");

/** One line a property, its first findings below it. */
export function formatVerdict({ property, figure, findings }: Verdict, most = 10): string {
  const shown = findings.slice(0, most).map((finding) => `     ${finding}`);
  const rest = findings.length > most ? [`     and ${count(findings.length - most)} more`] : [];
  const mark = findings.length === 0 ? "kept  " : "BROKEN";
  return [`${mark} ${String(property).padStart(2)} ${properties[property]}: ${figure}`, ...shown, ...rest].join("\n");
}
