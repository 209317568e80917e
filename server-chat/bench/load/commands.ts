import type { Side } from "../bench-context.ts";
import type { Histogram } from "../histogram.ts";
import type { Member } from "./dialect.ts";
import type { Use } from "./meter.ts";

/** What the load process is told and what it answers; plain values, because they pass between processes. */
export interface Commands {
  /** Once, first. */
  readonly prepare: { readonly takes: Target; readonly gives: undefined };
  readonly open: { readonly takes: OpenPlan; readonly gives: Opened };
  readonly flow: { readonly takes: FlowPlan; readonly gives: Flow };
  readonly jitter: { readonly takes: JitterPlan; readonly gives: Jitter };
  /** Drops all connections. */
  readonly close: { readonly takes: undefined; readonly gives: undefined };
}
export type CommandName = keyof Commands;

export interface Target {
  readonly side: Side;
  readonly room: string;
  /** Connections go to these in turn. */
  readonly ports: readonly number[];
  /** The server's processes, whose CPU time is read. */
  readonly pids: readonly number[];
  readonly members: readonly Member[];
}

export interface OpenPlan {
  readonly count: number;
  /** How many may be under way at once. */
  readonly atOnce: number;
}

export interface Opened {
  readonly opened: number;
  /** One reason for each connection that failed, the first few. */
  readonly failures: readonly string[];
  readonly failed: number;
  readonly elapsedMs: number;
  /** Share of that time that each core was busy: without the quiet time, in which nobody has anything to do. */
  readonly busy: Use["busy"];
  /** From the first attempt until the server has been quiet for a while after the last. */
  readonly use: Use;
}

export interface FlowPlan {
  /** Messages a second, to all clients together. */
  readonly rate: number;
  /** Sent before anything is measured. */
  readonly warmUpMs: number;
  readonly durationMs: number;
  /** Stops sending when so much is undelivered, in ms of the rate: the rate is not held, and the search goes on. */
  readonly giveUpMs?: number;
}

export interface Percentiles {
  readonly samples: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly highestMs: number;
}

export interface Flow {
  readonly clients: number;
  readonly rate: number;
  readonly gaveUp: boolean;
  readonly sent: number;
  readonly plannedMs: number;
  /** From the first send to the last. */
  readonly sendingMs: number;
  /** From the last send to the last delivery. */
  readonly drainingMs: number;
  readonly delivered: number;
  readonly acknowledged: number;
  readonly violations: readonly string[];
  readonly failures: readonly string[];
  readonly latency: Percentiles;
  readonly acknowledgement: Percentiles;
  /** Deliveries that were due and not there, at equal intervals while measuring. */
  readonly backlog: readonly number[];
  readonly backlogEveryMs: number;
  /** While measuring, from the end of the warm-up to the last send. */
  readonly use: Use;
  readonly deliveries: number;
}

export interface JitterPlan {
  /** That lose their connections; the first of the clients that are open already sends. */
  readonly clients: number;
  /** Messages a second. */
  readonly rate: number;
  readonly durationMs: number;
  /** Bytes are counted in the first part of the run that is so long, and in the next one. */
  readonly bytesWithinMs: number;
}

export interface CutResult {
  readonly cuts: number;
  /** Went on from where they were. */
  readonly recovered: number;
  readonly fromReopened: Percentiles;
  readonly fromRestored: Percentiles;
}

export interface Jitter {
  /** The last message, and with it all before it. */
  readonly acknowledged: boolean;
  readonly expected: number;
  readonly delivered: number;
  /** Shown twice, or not after the message before it. */
  readonly wrong: number;
  /** Outages after which a client did not catch up. */
  readonly stuck: number;
  /** To one client, on the average: from its first connection on, and in as long a time after that. */
  readonly firstBytes: number;
  readonly laterBytes: number;
  /** From the first cut to the last message. */
  readonly use: Use;
  readonly clean: CutResult;
  readonly halfOpen: CutResult;
}

export function percentiles(histogram: Histogram): Percentiles {
  const { total, highestMs } = histogram;
  return { samples: total, p50Ms: histogram.percentileMs(0.5), p99Ms: histogram.percentileMs(0.99), highestMs };
}
