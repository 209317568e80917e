import { findCeiling } from "./ceiling.ts";
import type { Cell } from "./cell.ts";

const counts = [1, 2, 3] as const;

/** What more nodes cost: each hears every message, and writes it to its own members only. */
export const nodesCell: Cell = {
  name: "nodes",
  async measure(context) {
    const lines = [];
    const voids: string[] = [];
    const notes = [
      "All nodes share the server's one core, so more of them cannot deliver more here. What they deliver together",
      "shows what each node costs besides its members; with a core each they would deliver that many times as much.",
    ];
    let start = 2_500;
    for (const nodes of counts) {
      const { rate, deliveries, limits } = await findCeiling(context, { side: "ours", start, nodes });
      if (rate > 0) start = rate;
      lines.push({ name: `deliveries a second, nodes on one core: ${nodes}`, unit: "", ours: [deliveries] });
      (rate === 0 ? voids : notes).push(...limits.map((limit) => `${nodes} nodes: ${limit}`));
    }
    return { title: "growth: nodes, measured once", lines, voids, notes };
  },
};
