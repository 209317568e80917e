import { type BenchContext, type Side, sidesOf } from "../bench-context.ts";
import type { Jitter } from "../load/commands.ts";
import { backoff } from "../load/jitter/reader.ts";
import { onStage } from "../stage.ts";
import { deliveryFailures, jitterVoids, openFailures } from "../validity.ts";
import type { Bar, Cell, Line } from "./cell.ts";

const clients = 100;
const rate = 5;
const oldMessages = 2_000;
/** Of the old messages, so that none waits for another; the first of them writes the new ones. */
const writers = 20;
const bytesWithinMs = 12_000;

/** Clients whose connections break all the time, and what that costs them. */
export const jitterCell: Cell = {
  name: "jitter",
  async measure(context) {
    const runs: Record<Side, Jitter[]> = { ours: [], peer: [] };
    const voids: string[] = [];
    for (let round = 0; round < context.rounds; round++) {
      for (const side of sidesOf(round)) {
        const { jitter, reasons } = await measureOnce(context, side);
        runs[side].push(jitter);
        voids.push(...reasons.map((reason) => `round ${round + 1}, ${side}: ${reason}`));
      }
    }
    const cuts = [...runs.ours, ...runs.peer].reduce((sum, { clean, halfOpen }) => sum + clean.cuts + halfOpen.cuts, 0);
    return {
      title: `jitter: ${clients} clients, ${rate} messages/s in a room with ${oldMessages} old ones, TCP cut every few seconds for 1-1.5 s`,
      lines: describe(runs),
      voids,
      notes: [
        `${cuts} cuts, those of every second client half-open: the server does not notice`,
        `back-off of both clients ${backoff.minMs}-${backoff.maxMs} ms; the peer with connection state recovery, which its Redis adapter does not have: in memory, one node`,
      ],
    };
  },
};

async function measureOnce(context: BenchContext, side: Side) {
  return onStage(context, { side, clients: clients + writers, recovery: true }, async ({ load }) => {
    const opened = await load.run("open", { count: writers, atOnce: writers });
    const history = await load.run("flow", { rate: 500, warmUpMs: 0, durationMs: (oldMessages / 500) * 1_000 });
    const durationMs = 2 * bytesWithinMs;
    const jitter = await load.run("jitter", { clients, rate, durationMs, bytesWithinMs });
    return {
      jitter,
      reasons: [...openFailures(opened), ...deliveryFailures(history), ...jitterVoids(jitter)],
    };
  });
}

function describe(runs: Record<Side, readonly Jitter[]>): Line[] {
  const both = (name: string, unit: string, figure: (jitter: Jitter) => number, bar?: Bar): Line => ({
    name,
    unit,
    ours: runs.ours.map(figure),
    peer: runs.peer.map(figure),
    ...(bar && { bar }),
  });
  const kinds = [
    ["clean", "cut on both sides"],
    ["halfOpen", "half-open"],
  ] as const;
  const none: Bar = { every: "exactly", limit: 0 };
  return [
    both("delivered", "%", ({ delivered, expected }) => (delivered / expected) * 100, { every: "exactly", limit: 100 }),
    both("shown twice or out of order", "", ({ wrong }) => wrong, none),
    both("never caught up", "", ({ stuck }) => stuck, none),
    ...kinds.flatMap(([kind, name]) => [
      both(`${name}: went on where they were`, "%", (jitter) => (jitter[kind].recovered / jitter[kind].cuts) * 100),
      both(`${name}: caught up, from re-opened, p99`, "ms", (jitter) => jitter[kind].fromReopened.p99Ms, {
        median: "under",
        limit: 150,
      }),
      both(`${name}: caught up, from restored, p99`, "ms", (jitter) => jitter[kind].fromRestored.p99Ms, {
        median: "under",
        limit: 1_100,
      }),
    ]),
    both("sent to a client in its first 12 s", "kB", ({ firstBytes }) => firstBytes / 1_000, {
      median: "at most",
      limit: 20,
    }),
    both("the same in 12 s later on", "kB", ({ laterBytes }) => laterBytes / 1_000),
  ];
}
