/** The two that are compared: this chat server, and the original's way on Socket.IO. */
export type Side = "ours" | "peer";

export interface BenchContext {
  /** The server's program: one bundled file. */
  readonly program: string;
  /** A folder of this run alone, removed at its end. */
  readonly folder: string;
  /** How often each pair is measured. */
  readonly rounds: number;
  /** Shorter runs, to see whether all of it works. What comes out is no measurement. */
  readonly quick: boolean;
  readonly signal: AbortSignal;
  /** Tells a person at a terminal what is going on. */
  readonly progress: (text: string) => void;
}

/**
 * The server has a core of its own. Redis shares the other one with the load: it needs a few hundredths of it, and the
 * server's figures must not depend on how it is scheduled.
 */
export const cores = { server: 1, load: 0 } as const;

/** Both sides in turn, the other one first in every second round: what changes slowly on the machine cancels out. */
export function sidesOf(round: number): readonly Side[] {
  return round % 2 === 0 ? ["ours", "peer"] : ["peer", "ours"];
}

/** Words before the command of a server. */
export const onServerCore = ["taskset", "-c", String(cores.server)] as const;
