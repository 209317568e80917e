import { createRandom, type Random } from "../../server-chat/test/faults/random.ts";

/** Where a bump is killed with all that it started, and started again. */
export type Kill =
  /** Between two steps; what starts again finds the clone as it was left. */
  | { readonly beforeStep: number }
  /** Anywhere, also in the middle of git; what starts again has a fresh clone, as a workflow's re-run has. */
  | { readonly afterMs: number };

export interface Bumper {
  readonly runNumber: number;
  readonly startMs: number;
  /** Before each step in turn: what makes them meet anywhere. */
  readonly pausesMs: readonly number[];
  readonly kill?: Kill;
}

export const hookKinds = ["none", "rival", "locked", "declines", "forgets"] as const;

/**
 * What the remote does to the first pushes, whoever they are from. "rival": a commit of somebody else lands while the push
 * is being received. "locked": it answers that the branch cannot be locked. "declines": it refuses, as a rule of the
 * branch would. "forgets": it says yes and has nothing.
 */
export interface Hook {
  readonly kind: (typeof hookKinds)[number];
  readonly pushes: number;
}

export interface Person {
  /** "chart" merges a change of the chart that the image is in, rendered by themselves. */
  readonly kind: "unrelated" | "chart";
  readonly startMs: number;
}

export interface Schedule {
  readonly name: string;
  /** Run numbers that the branch recorded in turn before anything starts; the last one is recorded now. */
  readonly recorded: readonly number[];
  readonly bumpers: readonly Bumper[];
  readonly hook: Hook;
  readonly people: readonly Person[];
}

/** Nothing yet, a release, a newer one, and one that somebody went back to. */
const pasts: readonly (readonly number[])[] = [[], [2], [2, 4], [4, 2]];
const clones = [2, 3, 8] as const;
/** Of a bump that succeeds at once, with what comes before it. */
const steps = 10;

/** The same seed gives the same schedule. Fifteen seeds in a row have every number of clones with every hook. */
export function createSchedule(seed: number): Schedule {
  const random = createRandom(seed);
  const count = clones[seed % clones.length] ?? 2;
  const kind = hookKinds[Math.floor(seed / clones.length) % hookKinds.length] ?? "none";
  return {
    name: `seed ${seed}`,
    recorded: random.pick(pasts),
    bumpers: Array.from({ length: count }, () => createBumper(random)),
    hook: { kind, pushes: random.between(1, 3) },
    people: Array.from({ length: random.between(0, 2) }, () => ({
      kind: random.pick(["unrelated", "chart"]),
      startMs: random.between(0, 1_500),
    })),
  };
}

function createBumper(random: Random): Bumper {
  const chance = random.next();
  const bumper = {
    runNumber: random.between(1, 9),
    startMs: random.between(0, 800),
    pausesMs: Array.from({ length: steps }, () => random.between(0, 100)),
  };
  if (chance < 0.4) return { ...bumper, kill: { beforeStep: random.between(0, steps) } };
  if (chance < 0.55) return { ...bumper, kill: { afterMs: random.between(200, 2_500) } };
  return bumper;
}

/** The run that the branch must end up with: nothing that it ever recorded comes back by an event. */
export function expectedRun({ recorded, bumpers }: Schedule): number | undefined {
  const newest = Math.max(...bumpers.map(({ runNumber }) => runNumber));
  return newest > Math.max(0, ...recorded) ? newest : recorded.at(-1);
}
