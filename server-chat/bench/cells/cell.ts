import type { BenchContext } from "../bench-context.ts";

/** A part of the benchmark that can be asked for with `--only`. */
export interface Cell {
  readonly name: string;
  measure(context: BenchContext): Promise<CellResult>;
}

export interface CellResult {
  readonly title: string;
  readonly lines: readonly Line[];
  /** Why what was measured means nothing; each names its run. */
  readonly voids: readonly string[];
  /** What a reader must know to judge the lines. */
  readonly notes: readonly string[];
}

/** One figure, once a round. */
export interface Line {
  readonly name: string;
  readonly unit: string;
  readonly ours: readonly number[];
  readonly peer?: readonly number[];
  readonly bar?: Bar;
}

export type Bar =
  /** Ours as a share of the peer's, the median of the rounds' ratios. */
  | { readonly ratio: "at most" | "at least"; readonly limit: number; readonly aim?: number }
  /** Ours alone, in the line's unit, the median of the rounds. */
  | { readonly median: "at most" | "under"; readonly limit: number }
  /** Ours alone, in each and every round. */
  | { readonly every: "at most" | "exactly"; readonly limit: number };
