import type { Random } from "./random.ts";

/** What the planner needs to know of a kind of fault. */
export interface Nature {
  /** About how long it takes, recovery included. */
  readonly nominalMs: number;
  /** `servers`: nodes, Redis and what is between them. `clients`: what is between clients and nodes. */
  readonly side: "servers" | "clients";
  /** Nothing else may happen meanwhile. */
  readonly alone?: true;
}

/** One fault, at times with another one on the clients' side at once. */
export interface Step<Kind extends string> {
  /** Quiet time before it. */
  readonly pauseMs: number;
  readonly main: Kind;
  readonly companion?: Kind;
}

const pauseBetweenMs = { from: 200, to: 600 };

/**
 * Plans a run in rounds: each kind once, in an order by chance, before any comes again. What happens to clients
 * happens while something happens to servers, as far as that goes: two faults at once are what systems are not made for.
 */
export function planSteps<Kind extends string>(
  random: Random,
  lengthMs: number,
  kinds: Readonly<Record<Kind, Nature>>,
): readonly Step<Kind>[] {
  const steps: Step<Kind>[] = [];
  let leftMs = lengthMs;
  for (let before = -1; before < steps.length; ) {
    before = steps.length;
    for (const step of planRound(random, kinds)) {
      const takesMs = stepMs(step, kinds);
      if (takesMs > leftMs) continue;
      steps.push(step);
      leftMs -= takesMs;
    }
  }
  return steps;
}

/** Kinds that a plan had no time for. */
export function untriedKinds<Kind extends string>(
  steps: readonly Step<Kind>[],
  kinds: Readonly<Record<Kind, Nature>>,
): readonly Kind[] {
  const tried = new Set(steps.flatMap(({ main, companion = main }) => [main, companion]));
  return (Object.keys(kinds) as Kind[]).filter((kind) => !tried.has(kind));
}

/** What a run may say of itself when nothing was broken. */
export const formatKept = (untried: readonly string[]): string =>
  untried.length === 0 ? "kept" : `kept, but there was no time for ${untried.join(", ")}: a minute has time for all`;

export const stepMs = <Kind extends string>(
  { pauseMs, main, companion = main }: Step<Kind>,
  kinds: Readonly<Record<Kind, Nature>>,
): number => pauseMs + Math.max(kinds[main].nominalMs, kinds[companion].nominalMs);

function planRound<Kind extends string>(random: Random, kinds: Readonly<Record<Kind, Nature>>): readonly Step<Kind>[] {
  const names = random.shuffle(Object.keys(kinds) as Kind[]);
  const servers = names.filter((name) => kinds[name].side === "servers");
  const clients = names.filter((name) => kinds[name].side === "clients");
  const hosts = servers.filter((name) => kinds[name].alone !== true);
  const companionByHost = new Map(hosts.map((host, i) => [host, clients[i]]));
  const without = clients.slice(hosts.length);
  return [...servers, ...without].map((main) => {
    const companion = companionByHost.get(main);
    const pauseMs = random.between(pauseBetweenMs.from, pauseBetweenMs.to);
    return companion === undefined ? { pauseMs, main } : { pauseMs, main, companion };
  });
}
