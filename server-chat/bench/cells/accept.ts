import { limits } from "../../src/protocol/limits.ts";
import { type BenchContext, type Side, sidesOf } from "../bench-context.ts";
import type { Opened } from "../load/commands.ts";
import { onStage } from "../stage.ts";
import { stormVoids } from "../validity.ts";
import type { Cell } from "./cell.ts";

const storm = 5_000;
/** Before it, so that the server runs as one does that has been up for a while. */
const warmUp = 3_000;

/** From nothing to a person who reads: connection, upgrade, token, join and the first page, thousands at once. */
export const acceptCell: Cell = {
  name: "accept",
  async measure(context) {
    const storms: Record<Side, Opened[]> = { ours: [], peer: [] };
    const voids: string[] = [];
    for (let round = 0; round < context.rounds; round++) {
      for (const side of sidesOf(round)) {
        const opened = await measureOnce(context, side);
        storms[side].push(opened);
        voids.push(...stormVoids(opened).map((reason) => `round ${round + 1}, ${side}: ${reason}`));
      }
    }
    const both = (figure: (opened: Opened) => number) => ({
      ours: storms.ours.map(figure),
      peer: storms.peer.map(figure),
    });
    return {
      title: `accept: a storm of ${storm} at once, each with token, join and a first page of ${limits.firstPage} messages`,
      lines: [
        {
          name: "server CPU per connection",
          unit: "us",
          ...both(({ use, opened }) => (use.cpuMs * 1_000) / opened),
          bar: { ratio: "at most", limit: 0.45, aim: 0.35 },
        },
        { name: "failed connections", unit: "", ...both(({ failed }) => failed), bar: { every: "exactly", limit: 0 } },
        { name: "until all could read", unit: "s", ...both(({ elapsedMs }) => elapsedMs / 1_000) },
      ],
      voids,
      notes: [],
    };
  },
};

async function measureOnce(context: BenchContext, side: Side): Promise<Opened> {
  return onStage(context, { side, clients: warmUp + storm }, async ({ load }) => {
    await load.run("open", { count: warmUp, atOnce: 64 });
    // Both sides send the room's messages to whoever comes: as many as are on our first page.
    await load.run("flow", { rate: limits.firstPage, warmUpMs: 0, durationMs: 1_000 });
    await load.run("close", undefined);
    return load.run("open", { count: storm, atOnce: storm });
  });
}
