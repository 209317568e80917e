import { setTimeout as pause } from "node:timers/promises";
import type { History } from "../history.ts";
import { isA } from "../history-index.ts";
import { createParticipant } from "../participant.ts";
import type { Random } from "../random.ts";
import { createRecorder } from "../recorder.ts";
import { formatUnsettled, readersOf, readToTheEnd, settled } from "../settle.ts";
import { openStage } from "../stage.ts";
import { waitUntil } from "../wait-until.ts";
import { createDisk } from "./disk.ts";

export interface PowerCut {
  readonly history: History;
  /** Before the cut. */
  readonly acknowledged: number;
  /** Of these, not in history afterwards. */
  readonly lost: number;
  /** What the cut took from Redis' files. */
  readonly bytesLost: number;
}

const clients = 8;
const sayEveryMs = { from: 10, to: 60 };

/**
 * People chat, the power goes, Redis starts on what was on the disk, and the same people chat on.
 *
 * @param fsync with `everysec` a store that went back in time is to be expected, and clients that start over in it
 */
export async function cutPower(fsync: "always" | "everysec", random: Random): Promise<PowerCut> {
  const disk = createDisk();
  const recorder = createRecorder(Date.now);
  const redisOptions = { args: ["--appendfsync", fsync], env: disk.env };
  const stage = await openStage({ nodes: 2, groups: 2, retention: 100_000, redis: redisOptions });
  const { redis, nodes, groups } = stage;
  const nodesReady = () => Promise.all(nodes.map((node) => node.waitUntilReady()));
  try {
    await redis.kill();
    disk.watch(redis.folder);
    await redis.start();
    await nodesReady();
    const participants = Array.from({ length: clients }, (_, i) => {
      const url = `http://127.0.0.1:${groups[i % groups.length]?.port}`;
      return createParticipant({ name: `person-${i + 1}`, url, rooms: ["room-1", "room-2"], recorder });
    });
    if (!(await settled(participants, 20_000))) throw new Error(formatUnsettled(participants));
    const fromMs = recorder.nowMs();
    const chatting = new AbortController();
    for (const participant of participants) participant.chat(random, sayEveryMs, chatting.signal);

    await pause(1_000);
    // New files, new names, old ones removed: what a power cut is most likely to mix up.
    await redis.cli("bgrewriteaof");
    const rewritten = async () => (await redis.cli("info", "persistence")).includes("aof_rewrite_in_progress:0");
    await waitUntil(rewritten, 10_000);
    await pause(random.between(1_500, 2_500));
    // A control in which the cut comes right after a flush would prove nothing.
    if (fsync === "everysec") await waitUntil(() => disk.quietMs() > 500, 3_000);
    await redis.kill();
    // What Redis said last is still on its way to people.
    await pause(300);
    const acknowledged = new Set(recorder.events.filter(isA("ack")).map(({ id }) => id));
    const bytesLost = disk.cutPower(random.next() / 2);
    const toMs = recorder.nowMs();
    await redis.start();
    await nodesReady();
    await pause(2_000);
    chatting.abort();
    await settled(participants, 30_000);

    const finals = await readToTheEnd(stage, participants, participants[0]?.session?.token ?? "");
    const stored = new Set(finals.flatMap(({ messages }) => messages.map(({ id }) => id)));
    for (const participant of participants) participant.stop();
    const history: History = {
      events: recorder.events,
      finals,
      readers: readersOf(participants),
      rollbacks: fsync === "always" ? [] : [{ fromMs, toMs }],
      retention: 100_000,
      bans: [],
      presence: [],
      catchUps: [],
      memory: [],
    };
    const lost = [...acknowledged].filter((id) => !stored.has(id)).length;
    return { history, acknowledged: acknowledged.size, lost, bytesLost };
  } finally {
    await stage.close();
    disk.remove();
  }
}
