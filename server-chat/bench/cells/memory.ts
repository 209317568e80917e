import { type BenchContext, type Side, sidesOf } from "../bench-context.ts";
import { readMemoryBytes } from "../load/meter.ts";
import { onStage } from "../stage.ts";
import { crowdVoids } from "../validity.ts";
import type { Cell } from "./cell.ts";

/** The first is where counting begins: by then the program itself has taken what it takes. */
const counts = [100, 1_000, 5_000, 10_000] as const;
const promised = { count: 5_000, limitKb: 12 };

/** What a quiet connection that is in a room keeps of the server's memory, and whether that grows with their number. */
export const memoryCell: Cell = {
  name: "memory",
  async measure(context) {
    const rows: Record<Side, (readonly number[])[]> = { ours: [], peer: [] };
    const voids: string[] = [];
    for (let round = 0; round < context.rounds; round++) {
      for (const side of sidesOf(round)) {
        const { bytes, failures } = await measureOnce(context, side);
        rows[side].push(bytes);
        voids.push(...failures.map((failure) => `round ${round + 1}, ${side}: ${failure}`));
      }
    }
    const perConnection = (index: number) => (bytes: readonly number[]) =>
      ((bytes[index] ?? Number.NaN) - (bytes[0] ?? Number.NaN)) / ((counts[index] ?? 0) - counts[0]) / 1_000;
    return {
      title: "memory: resident bytes that each connection adds, all of them in one room, nobody talks",
      lines: counts.slice(1).map((count, index) => ({
        name: `at ${count} connections`,
        unit: "kB",
        ours: rows.ours.map(perConnection(index + 1)),
        peer: rows.peer.map(perConnection(index + 1)),
        ...(count === promised.count && { bar: { median: "at most", limit: promised.limitKb } as const }),
      })),
      voids,
      notes: [],
    };
  },
};

async function measureOnce(context: BenchContext, side: Side) {
  return onStage(context, { side, clients: Math.max(...counts) }, async ({ load, server }) => {
    const bytes: number[] = [];
    const failures: string[] = [];
    for (const [index, count] of counts.entries()) {
      // Few at once, so that the load has time left; what they keep is the same.
      const opened = await load.run("open", { count: count - (counts[index - 1] ?? 0), atOnce: 4 });
      failures.push(...crowdVoids(opened));
      bytes.push(server.pids.reduce((sum, pid) => sum + readMemoryBytes(pid), 0));
    }
    return { bytes, failures };
  });
}
