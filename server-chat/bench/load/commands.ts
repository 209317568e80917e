import type { Side } from "../bench-context.ts";
import type { Member } from "./dialect.ts";
import type { Use } from "./meter.ts";

/** What the load process is told and what it answers; plain values, because they pass between processes. */
export interface Commands {
  /** Once, first. */
  readonly prepare: { readonly takes: Target; readonly gives: undefined };
  readonly open: { readonly takes: OpenPlan; readonly gives: Opened };
  readonly flow: { readonly takes: FlowPlan; readonly gives: Flow };
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
