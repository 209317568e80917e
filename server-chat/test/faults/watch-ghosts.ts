import { setTimeout as pause } from "node:timers/promises";
import type { TcpProxy } from "../proxy.ts";
import type { Cast } from "./cast.ts";
import type { PresenceSample } from "./history.ts";
import type { Stage } from "./stage.ts";
import type { StageNode } from "./stage-node.ts";
import { nodeTells, participantTells, type Teller, watchPresence } from "./watch-presence.ts";

/** A lease of presence lasts 15 s, nodes look every 5 s and tell their members once a second; the rest is for a busy machine. */
const leaseBoundMs = 25_000;
/** Who went silent is found by the second ping, up to twice 25 s later. */
const silenceBoundMs = 55_000;

/** With everything well again: who is there is listed, and nobody else. */
export const watchEverybody = (stage: Stage, cast: Cast, after: string): Promise<readonly PresenceSample[]> =>
  watchPresence(tellers(stage.nodes, cast), cast.expected(), { after, boundMs: leaseBoundMs });

const tellers = (nodes: readonly StageNode[], cast: Cast, without?: ReadonlySet<TcpProxy>): readonly Teller[] => [
  ...nodes.map((node) => nodeTells(node, cast.token)),
  ...cast.here(without).map((participant) => participantTells(participant)),
];

/**
 * A group of clients goes silent without a word, and a node is killed whose clients cannot come back: nobody is left
 * to say that these people are gone. Everything is well again afterwards.
 */
export async function watchGhosts(stage: Stage, cast: Cast): Promise<readonly PresenceSample[]> {
  const [veteran, victim, ...others] = stage.nodes;
  if (veteran === undefined || victim === undefined) throw new Error("ghosts take two nodes");
  // From here on each way leads to a node of its own again.
  stage.route();
  for (const way of stage.groups) way.cut();
  await cast.settled(20_000);
  const waysTo = (target: number) => stage.groups.filter((_, i) => i % stage.nodes.length === target);
  const [silent] = waysTo(0) as [TcpProxy];
  const orphaned = waysTo(1);
  silent.blackhole();
  await pause(silenceBoundMs - leaseBoundMs);
  for (const way of orphaned) way.refuse();
  await victim.kill();
  const gone = new Set([silent, ...orphaned]);
  const samples = await watchPresence(tellers([veteran, ...others], cast, gone), cast.expected(gone), {
    after: "a group went silent and a node was killed",
    boundMs: leaseBoundMs,
  });
  await victim.start();
  for (const way of stage.groups) way.heal();
  await cast.settled(20_000);
  return [...samples, ...(await watchEverybody(stage, cast, "everybody came back"))];
}
