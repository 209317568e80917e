import { setTimeout as pause } from "node:timers/promises";
import { type Cast, gatherCast, retentionFor, wayCount } from "./cast.ts";
import type { CatchUp, History } from "./history.ts";
import { type FaultName, faultKinds } from "./kinds/fault-kinds.ts";
import { createRandom } from "./random.ts";
import { createRecorder, type Recorder, type Tally } from "./recorder.ts";
import { type Scene, seconds } from "./scene.ts";
import { planSteps, untriedKinds } from "./schedule.ts";
import { formatUnsettled, readersOf, readToTheEnd } from "./settle.ts";
import { openStage } from "./stage.ts";
import { watchBans } from "./watch-bans.ts";
import { watchEverybody, watchGhosts } from "./watch-ghosts.ts";
import { watchMemory } from "./watch-memory.ts";

export interface RunOptions {
  readonly seed: number;
  /** Of the time with faults; what is watched afterwards comes on top. */
  readonly lengthMs: number;
  readonly clients: number;
  /** Without it all kinds. */
  readonly kinds?: readonly FaultName[];
  /** Leaves out what takes long to wait for: people who vanish without a word, and memory that is given back. */
  readonly brief?: boolean;
  readonly say: (line: string) => void;
}

export interface RunResult {
  readonly history: History;
  /** What must not be, and no history shows. */
  readonly troubles: readonly string[];
  /** Kinds of faults that did not strike. */
  readonly untried: readonly FaultName[];
}

/** Who draws: people write when they can, and must not change what breaks. */
const branches = { plan: 0, people: 1, strikes: 2 } as const;

/** Opens the stage, lets people chat while things break, heals everything, and collects what is left. */
export async function runFaults(options: RunOptions): Promise<RunResult> {
  const { clients, lengthMs, say, seed } = options;
  const startedMs = performance.now();
  const told = (line: string) => say(`${seconds(performance.now() - startedMs).padStart(8)}  ${line}`);
  const random = createRandom(seed, branches.people);
  const recorder = createRecorder(Date.now);
  const retention = retentionFor(clients, lengthMs);
  const stage = await openStage({ nodes: 3, groups: wayCount, retention });
  try {
    const cast = await gatherCast(stage, { clients, random, recorder, retention });
    if (!(await cast.settled(20_000))) throw new Error("not everybody got in");
    const baselines = await Promise.all(stage.nodes.map((node) => node.heapBytes()));
    told(`${cast.participants.length} clients on ${stage.nodes.length} nodes`);

    const rollbacks: { fromMs: number; toMs: number }[] = [];
    const troubles: string[] = [];
    const chatting = new AbortController();
    cast.chat(chatting.signal);
    const scene: Omit<Scene, "random"> = {
      stage,
      ...cast,
      recorder,
      rolledBack: (fromMs, toMs) => rollbacks.push({ fromMs, toMs }),
      trouble: (what) => troubles.push(what),
    };
    const { slow, untried } = await strikeAll(scene, options, told);
    told(await returnAtOnce(cast));
    const bans = await watchBans({ stage, recorder, random, room: cast.participants[0]?.rooms[0] ?? "" });
    told("two users banned, one kicked");
    chatting.abort();
    if (!(await cast.settled(30_000))) troubles.push(`30 s after the last fault ${formatUnsettled(cast.participants)}`);
    const presence = [
      ...(await watchEverybody(stage, cast, "everything healed")),
      ...(options.brief ? [] : await watchGhosts(stage, cast)),
    ];
    told("lists of members compared with who is there");

    const finals = await readToTheEnd(stage, cast.participants, cast.token);
    const readers = readersOf(cast.participants);
    for (const participant of cast.participants) participant.stop();
    const watched = options.brief ? [] : stage.nodes;
    const memory = await Promise.all(watched.map((node, i) => watchMemory(node, baselines[i] ?? 0)));
    told("everybody left");
    const catchUps = undisturbed(recorder, slow);
    const { events } = recorder;
    const history = { events, finals, readers, rollbacks, retention, bans, presence, catchUps, memory };
    return { history, troubles, untried };
  } finally {
    await stage.close();
  }
}

/** A node that lost Redis for a moment stays ready meanwhile, and asks its clients to try again a second later. */
const recoveryMs = 2_000;

interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

/** @returns when returning clients had a reason to be slow, and what there was no time for */
async function strikeAll(
  scene: Omit<Scene, "random">,
  { seed, lengthMs, kinds = Object.keys(faultKinds) as FaultName[] }: RunOptions,
  told: (line: string) => void,
): Promise<{ readonly slow: readonly Window[]; readonly untried: readonly FaultName[] }> {
  const { recorder } = scene;
  const chosen = Object.fromEntries(kinds.map((kind) => [kind, faultKinds[kind]])) as typeof faultKinds;
  const slow: Window[] = [];
  let strikes = 0;
  const strike = async (kind: FaultName) => {
    strikes += 1;
    const random = createRandom(seed, branches.strikes + strikes);
    const fromMs = recorder.nowMs();
    const mark = recorder.tally();
    const what = await faultKinds[kind].strike({ ...scene, random });
    if (faultKinds[kind].slowsReturns) slow.push({ fromMs, toMs: recorder.nowMs() + recoveryMs });
    told(`${kind}: ${what}; ${formatTally(recorder.since(mark))}`);
  };
  const steps = planSteps(createRandom(seed, branches.plan), lengthMs, chosen);
  for (const { pauseMs, main, companion } of steps) {
    await pause(pauseMs);
    await Promise.all([strike(main), ...(companion === undefined ? [] : [strike(companion)])]);
  }
  return { slow, untried: untriedKinds(steps, chosen) };
}

/** As after a load balancer's restart: with nothing else broken, everybody has to be back soon. */
async function returnAtOnce({ crowdWays, settled }: Cast): Promise<string> {
  await pause(recoveryMs);
  const count = crowdWays.reduce((sum, way) => sum + way.connections, 0);
  const fromMs = performance.now();
  for (const way of crowdWays) way.cut();
  // Until they have noticed it.
  await pause(100);
  await settled(20_000);
  return `all ${count} connections cut at once, everybody back after ${seconds(performance.now() - fromMs)}`;
}

const formatTally = ({ connectionsLost, unknown, startedOver, acknowledged }: Tally): string =>
  `clients lost ${connectionsLost} connections, did not know of ${unknown} sends, started over ${startedOver} times, had ${acknowledged} acknowledged`;

const undisturbed = ({ catchUps }: Recorder, slow: readonly Window[]): readonly CatchUp[] =>
  catchUps.filter(({ openedMs, ms }) => slow.every(({ fromMs, toMs }) => openedMs + ms < fromMs || openedMs > toMs));
