import type { Patience } from "../../client/connection.ts";
import type { TcpProxy } from "../proxy.ts";
import { createParticipant, type Participant } from "./participant.ts";
import type { Recorder } from "./recorder.ts";
import { seconds } from "./scene.ts";
import type { Stage } from "./stage.ts";
import { waitUntil } from "./wait-until.ts";

/**
 * A room that is written to faster than one of its readers reads, and by more than it keeps. The slow reader is cut and
 * must come back; who was away meanwhile must be told that what follows is no longer there.
 */
export interface Flood {
  readonly members: readonly { readonly participant: Participant; readonly way: TcpProxy }[];
  run(trouble: (what: string) => void): Promise<string>;
}

const room = "flood";
const writers = 3;
/** More than the kernel keeps for a reader on the way, and than the server does after that. */
const leastBytes = 10 * 1_048_576;
const withinMs = 30_000;

export function createFlood(stage: Stage, recorder: Recorder, retention: number): Flood {
  const [slowWay, awayWay, ...ways] = stage.groups.toReversed();
  if (slowWay === undefined || awayWay === undefined || ways.length < writers)
    throw new Error("too few ways for a flood");
  const someone = (name: string, way: TcpProxy, patience: Partial<Patience> = {}) => {
    const url = `http://127.0.0.1:${way.port}`;
    return { participant: createParticipant({ name, url, rooms: [room], recorder, patience }), way };
  };
  // It is the server that must end this.
  const slow = someone("slow", slowWay, { silenceMs: 2 * withinMs, answerMs: 2 * withinMs });
  const readers = [slow, someone("away", awayWay)];
  const flooders = ways.slice(0, writers).map((way, i) => someone(`flooder-${i + 1}`, way));
  let floods = 0;

  const slowClosed = async () => {
    const counts = stage.nodes.map((node) => node.metric("chat_slow_closed_total").catch(() => 0));
    return (await Promise.all(counts)).reduce((sum, n) => sum + n, 0);
  };
  return {
    members: [...readers, ...flooders],
    async run(trouble) {
      floods += 1;
      const closedBefore = await slowClosed();
      // Trimming more than once would show nothing new, and cost as much again.
      const messages = floods === 1 ? retention + 100 : 900;
      const text = "水".repeat(Math.min(4_000, Math.ceil(leastBytes / messages / 3)));
      slowWay.blackhole("down");
      awayWay.refuse();
      const fromMs = performance.now();
      for (let i = 0; i < messages; i += 1) flooders[i % writers]?.participant.say(room, text);
      const answered = await waitUntil(() => flooders.every(({ participant }) => participant.settled), withinMs);
      const tookMs = performance.now() - fromMs;
      const cut = await waitUntil(async () => (await slowClosed()) > closedBefore, withinMs);
      slowWay.heal();
      awayWay.heal();
      if (!answered) trouble(`a flood of ${messages} messages was not answered within ${seconds(withinMs)}`);
      if (!cut) trouble(`a reader that read nothing of ${messages} messages was not cut`);
      const bytes = (messages * text.length * 3) / 1_048_576;
      return `${messages} messages (${bytes.toFixed(0)} MiB) within ${seconds(tookMs)}, one reader slow, one away`;
    },
  };
}
