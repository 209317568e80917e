import { appendFileSync, existsSync, readFileSync } from "node:fs";

interface MeasuredTime {
  readonly what: string;
  readonly durationMs: number;
}

/** Measures `work`; the table is printed at the end of the run. Nothing is asserted about it. */
export async function measure<T>(file: string, what: string, work: () => Promise<T>): Promise<T> {
  const startMs = performance.now();
  const result = await work();
  const time: MeasuredTime = { what, durationMs: performance.now() - startMs };
  appendFileSync(file, `${JSON.stringify(time)}\n`);
  return result;
}

/** The table of what was measured, longest names aligned; empty if nothing was. */
export function formatTimes(file: string): string {
  if (!existsSync(file)) return "";
  const times = readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as MeasuredTime);
  const width = Math.max(...times.map(({ what }) => what.length));
  return times
    .map(({ what, durationMs }) => `  ${what.padEnd(width)}  ${(durationMs / 1000).toFixed(1).padStart(6)} s\n`)
    .join("");
}
