import type { Stage } from "../cli/stopwatch.ts";

/** The middle value; of an even number of values the mean of the two in the middle. Throws a RangeError for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(half) - 1], sorted[Math.floor(half)]];
  if (low === undefined || high === undefined) throw new RangeError("There is no median of no values.");
  return (low + high) / 2;
}

/** Median and the two ends. */
export interface Spread {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
}

export function spread(values: readonly number[]): Spread {
  return { median: median(values), lowest: Math.min(...values), highest: Math.max(...values) };
}

/**
 * How many times longer the one took than the other, pair by pair: the two of a pair ran one after the other, so a busy
 * machine slows both and cancels out. Throws a RangeError when the numbers of measurements differ.
 */
export function ratios(slower: readonly number[], faster: readonly number[]): number[] {
  if (slower.length !== faster.length) {
    throw new RangeError(`${slower.length} and ${faster.length} measurements do not make pairs.`);
  }
  return slower.map((value, index) => value / (faster[index] ?? Number.NaN));
}

/** Each stage's median over several runs of the same program, in the order of the first run. */
export function medianStages(runs: readonly (readonly Stage[])[]): Stage[] {
  return (runs[0] ?? []).map(({ name }) => ({
    name,
    durationMs: median(
      runs.flatMap((stages) => stages.filter((one) => one.name === name).map((one) => one.durationMs)),
    ),
  }));
}
