import { type BenchContext, type Side, sidesOf } from "../bench-context.ts";
import { backlogGrowth, isHeld } from "../held.ts";
import type { Flow } from "../load/commands.ts";
import { onStage } from "../stage.ts";
import { openFailures, voidReasons } from "../validity.ts";
import type { Bar, Cell, Line } from "./cell.ts";

interface Size {
  readonly clients: number;
  /** Messages a second, each to all clients. */
  readonly rate: number;
  readonly bars: {
    readonly cpu: Bar;
    readonly p99: Bar;
    readonly acknowledgement?: Bar;
    /** The rate must be held. */
    readonly held: boolean;
  };
}

const sizes: readonly Size[] = [
  {
    clients: 1_000,
    rate: 50,
    bars: {
      cpu: { ratio: "at most", limit: 0.75, aim: 0.65 },
      p99: { ratio: "at most", limit: 1 },
      acknowledgement: { median: "at most", limit: 2 },
      held: false,
    },
  },
  {
    clients: 1_000,
    rate: 200,
    bars: { cpu: { ratio: "at most", limit: 0.4 }, p99: { median: "under", limit: 50 }, held: true },
  },
  {
    clients: 5_000,
    rate: 50,
    bars: {
      cpu: { ratio: "at most", limit: 0.35 },
      p99: { median: "under", limit: 150 },
      acknowledgement: { median: "under", limit: 25 },
      held: true,
    },
  },
];

/** One room, a fixed rate, everybody reads: `1000x50` and its larger kin. */
export const deliveryCells: readonly Cell[] = sizes.map((size) => ({
  name: `${size.clients}x${size.rate}`,
  async measure(context) {
    const flows: Record<Side, Flow[]> = { ours: [], peer: [] };
    const voids: string[] = [];
    for (let round = 0; round < context.rounds; round++) {
      for (const side of sidesOf(round)) {
        const { flow, reasons } = await measureOnce(context, size, side);
        flows[side].push(flow);
        voids.push(...reasons.map((reason) => `round ${round + 1}, ${side}: ${reason}`));
      }
    }
    return {
      title: `${size.clients} clients x ${size.rate} messages/s in one room`,
      lines: describe(size, flows),
      voids,
      notes: [],
    };
  },
}));

async function measureOnce(context: BenchContext, { clients, rate }: Size, side: Side) {
  return onStage(context, { side, clients }, async ({ load }) => {
    const opened = await load.run("open", { count: clients, atOnce: 64 });
    const durationMs = context.quick ? 2_000 : 10_000;
    const flow = await load.run("flow", { rate, warmUpMs: 2_000, durationMs });
    return { flow, reasons: [...openFailures(opened), ...voidReasons(flow)] };
  });
}

function describe({ bars }: Size, flows: Record<Side, readonly Flow[]>): Line[] {
  const both = (name: string, unit: string, figure: (flow: Flow) => number, bar?: Bar): Line => ({
    name,
    unit,
    ours: flows.ours.map(figure),
    peer: flows.peer.map(figure),
    ...(bar && { bar }),
  });
  return [
    both("server CPU per delivery", "us", ({ use, deliveries }) => (use.cpuMs * 1_000) / deliveries, bars.cpu),
    both("delivery p50", "ms", ({ latency }) => latency.p50Ms),
    both("delivery p99", "ms", ({ latency }) => latency.p99Ms, bars.p99),
    both("acknowledgement p50", "ms", ({ acknowledgement }) => acknowledgement.p50Ms, bars.acknowledgement),
    both("acknowledgement p99", "ms", ({ acknowledgement }) => acknowledgement.p99Ms),
    both("deliveries a second", "", ({ use, deliveries }) => (deliveries * 1_000) / use.elapsedMs),
    both("backlog growth of the rate", "%", (flow) => backlogGrowth(flow) * 100),
    both("held (1 = yes)", "", (flow) => Number(isHeld(flow)), bars.held ? { every: "exactly", limit: 1 } : undefined),
    both("load's core busy", "%", ({ use }) => (use.busy[0] ?? 0) * 100),
  ];
}
