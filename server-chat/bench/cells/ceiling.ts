import { type BenchContext, type Side, sidesOf } from "../bench-context.ts";
import { isHeld } from "../held.ts";
import { searchHighest } from "../search.ts";
import { onStage } from "../stage.ts";
import { openFailures, voidReasons } from "../validity.ts";
import type { Cell } from "./cell.ts";

const clients = 1_000;

/** How many deliveries a second one core makes before they pile up. */
export const ceilingCell: Cell = {
  name: "ceiling",
  async measure(context) {
    // Messages a second: where the search begins; later rounds begin where the one before ended.
    const starts: Record<Side, number> = { ours: 2_500, peer: 150 };
    const ceilings: Record<Side, number[]> = { ours: [], peer: [] };
    const voids: string[] = [];
    const notes: string[] = [];
    for (let round = 0; round < context.rounds; round++) {
      for (const side of sidesOf(round)) {
        const { rate, deliveries, limits } = await findCeiling(context, { side, start: starts[side] });
        if (rate > 0) starts[side] = rate;
        ceilings[side].push(deliveries);
        (rate === 0 ? voids : notes).push(...limits.map((limit) => `round ${round + 1}, ${side}: ${limit}`));
      }
    }
    return {
      title: `ceiling: the highest rate that is held with ${clients} clients in one room, everything delivered`,
      lines: [{ name: "deliveries a second", unit: "", ...ceilings, bar: { ratio: "at least", limit: 6, aim: 7.5 } }],
      voids,
      notes,
    };
  },
};

export interface Ceiling {
  /** Messages a second; 0 if no rate was held. */
  readonly rate: number;
  readonly deliveries: number;
  /** Where something else than the server set the limit. */
  readonly limits: readonly string[];
}

/** @param options where the search begins, in messages a second, and how many nodes share the server's core */
export function findCeiling(
  context: BenchContext,
  options: { readonly side: Side; readonly start: number; readonly nodes?: number },
): Promise<Ceiling> {
  const { start, ...stage } = options;
  return onStage(context, { clients, ...stage }, async ({ load }) => {
    const limits = openFailures(await load.run("open", { count: clients, atOnce: 64 }));
    const durationMs = context.quick ? 2_000 : 10_000;
    const rate = await searchHighest(start, async (attempt) => {
      const flow = await load.run("flow", { rate: attempt, warmUpMs: 1_000, durationMs, giveUpMs: 500 });
      const reasons = voidReasons(flow);
      // A rate that the server held and the load did not: what is found is too low, never too high.
      if (isHeld(flow)) limits.push(...reasons.map((reason) => `at ${Math.round(attempt)} messages/s: ${reason}`));
      return isHeld(flow) && reasons.length === 0;
    });
    if (rate === 0) limits.push("no rate was held");
    return { rate, deliveries: rate * clients, limits };
  });
}
