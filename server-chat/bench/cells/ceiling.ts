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
    const starts: Record<Side, number> = { ours: 700, peer: 90 };
    const ceilings: Record<Side, number[]> = { ours: [], peer: [] };
    const voids: string[] = [];
    const notes: string[] = [];
    for (let round = 0; round < context.rounds; round++) {
      for (const side of sidesOf(round)) {
        const { rate, limits } = await measureOnce(context, side, starts[side]);
        if (rate > 0) starts[side] = rate;
        ceilings[side].push(rate * clients);
        if (rate === 0) voids.push(`round ${round + 1}, ${side}: no rate was held: ${limits.join("; ")}`);
        else notes.push(...limits.map((limit) => `round ${round + 1}, ${side}: ${limit}`));
      }
    }
    return {
      title: `ceiling: the highest rate that ${clients} clients in one room are held at, everything delivered`,
      lines: [{ name: "deliveries a second", unit: "", ...ceilings, bar: { ratio: "at least", limit: 6, aim: 7.5 } }],
      voids,
      notes,
    };
  },
};

async function measureOnce(context: BenchContext, side: Side, start: number) {
  return onStage(context, { side, clients }, async ({ load }) => {
    const limits = openFailures(await load.run("open", { count: clients, atOnce: 64 }));
    const durationMs = context.quick ? 2_000 : 10_000;
    const rate = await searchHighest(start, async (rate) => {
      const flow = await load.run("flow", { rate, warmUpMs: 1_000, durationMs, giveUpMs: 500 });
      const held = isHeld(flow);
      const reasons = voidReasons(flow);
      // A rate that the server held and the load did not is a limit of the load: the figure is too low, never too high.
      if (held) limits.push(...reasons.map((reason) => `at ${Math.round(rate)} messages/s: ${reason}`));
      return held && reasons.length === 0;
    });
    return { rate, limits };
  });
}
