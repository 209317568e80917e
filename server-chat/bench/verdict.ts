import { median, ratios } from "../../bench/statistics.ts";
import type { Bar, Line } from "./cells/cell.ts";

export type Verdict = "kept" | "MISSED" | "void" | "";

/** The ratio of ours to the peer's; undefined where there is no peer to compare with. */
export function ratioOf({ ours, peer }: Line): number | undefined {
  return peer === undefined ? undefined : median(ratios(ours, peer));
}

/** Empty for a line without a bar. What is not a number keeps no promise. */
export function judge(line: Line, isVoid: boolean): Verdict {
  if (line.bar === undefined) return "";
  if (isVoid || line.ours.length === 0) return "void";
  return isKept(line, line.bar) ? "kept" : "MISSED";
}

function isKept(line: Line, bar: Bar): boolean {
  if ("every" in bar) return line.ours.every((value) => compare[bar.every](value, bar.limit));
  if ("median" in bar) return compare[bar.median](median(line.ours), bar.limit);
  return compare[bar.ratio](ratioOf(line) ?? Number.NaN, bar.limit);
}

const compare = {
  "at most": (value: number, limit: number) => value <= limit,
  "at least": (value: number, limit: number) => value >= limit,
  under: (value: number, limit: number) => value < limit,
  exactly: (value: number, limit: number) => value === limit,
};
