import type { Flood } from "./flood.ts";
import type { Random } from "./random.ts";
import type { Recorder } from "./recorder.ts";
import type { Nature } from "./schedule.ts";
import type { Stage } from "./stage.ts";

/** Where faults strike. */
export interface Scene {
  readonly stage: Stage;
  /** The ways in that most clients take; the others belong to the flood. */
  readonly crowdWays: Stage["groups"];
  readonly flood: Flood;
  readonly random: Random;
  readonly recorder: Recorder;
  /** The store was put back: what it took between the two is gone. */
  rolledBack(fromMs: number, toMs: number): void;
  /** Something that must not be, and that no history shows. */
  trouble(what: string): void;
}

/** A kind of fault: what the planner needs to know, and how it is done. */
export interface FaultKind extends Nature {
  /** Clients that come back meanwhile cannot be expected to catch up at once. */
  readonly slowsReturns: boolean;
  /** Strikes and heals. @returns what happened, for people */
  strike(scene: Scene): Promise<string>;
}

/** So that a table of kinds keeps the names of its kinds. */
export const defineFaults = <const Name extends string>(kinds: Readonly<Record<Name, FaultKind>>) => kinds;

export const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
