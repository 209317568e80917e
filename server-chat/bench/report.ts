import { median } from "../../bench/statistics.ts";
import type { Bar, CellResult, Line } from "./cells/cell.ts";
import { judge, ratioOf } from "./verdict.ts";

const heads = ["", "", "ours", "peer", "ratio", "bar", ""];

/** One cell for people: a line a figure, medians of the rounds, and whether each promise was kept. */
export function formatCell({ title, lines, voids, notes }: CellResult): string {
  const rows = lines.map((line) => [
    line.name,
    line.unit,
    formatFigure(line, line.ours),
    formatFigure(line, line.peer ?? []),
    formatRatio(ratioOf(line)),
    line.bar === undefined ? "" : formatBar(line.bar),
    judge(line, voids.length > 0),
  ]);
  const texts = [title, ...table([heads, ...rows]), ...voids.map((reason) => `  void: ${reason}`)];
  return `${[...texts, ...notes.map((note) => `  ${note}`)].join("\n")}\n\n`;
}

/** The last lines: what was promised and how it went. */
export function formatSummary(results: readonly CellResult[]): string {
  const verdicts = verdictsOf(results);
  const count = (wanted: string) => verdicts.filter((verdict) => verdict === wanted).length;
  return `${count("kept")} kept, ${count("MISSED")} missed, ${count("void")} void\n`;
}

export function allKept(results: readonly CellResult[]): boolean {
  const verdicts = verdictsOf(results);
  return verdicts.length > 0 && verdicts.every((verdict) => verdict === "kept");
}

function verdictsOf(results: readonly CellResult[]): readonly string[] {
  return results
    .flatMap(({ lines, voids }) => lines.map((line) => judge(line, voids.length > 0)))
    .filter((verdict) => verdict !== "");
}

/** A promise about every round shows the worst one, the others the middle. */
function formatFigure({ bar }: Line, values: readonly number[]): string {
  if (values.length === 0) return "";
  if (bar === undefined || !("every" in bar)) return digits(median(values));
  const away = (value: number) => Math.abs(value - bar.limit);
  return digits(values.reduce((worst, value) => (away(value) > away(worst) ? value : worst)));
}

/** Nothing where the peer has no figure, or 0. */
function formatRatio(ratio: number | undefined): string {
  return ratio !== undefined && Number.isFinite(ratio) ? ratio.toFixed(2) : "";
}

function digits(value: number): string {
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString("en");
  if (Number.isInteger(value)) return String(value);
  return value.toFixed(Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2);
}

function formatBar(bar: Bar): string {
  const limit = bar.limit.toLocaleString("en");
  if ("ratio" in bar) return `ratio ${bar.ratio} ${limit}${bar.aim === undefined ? "" : ` (aim ${bar.aim})`}`;
  return "every" in bar ? `${bar.every} ${limit}, always` : `${bar.median} ${limit}`;
}

/** Names and units to the left, figures to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = heads.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const cell = (text: string, column: number) => {
    const width = widths[column] ?? 0;
    return column < 2 || column > 4 ? text.padEnd(width) : text.padStart(width);
  };
  return rows.map((row) => `  ${row.map(cell).join("  ")}`.trimEnd());
}
