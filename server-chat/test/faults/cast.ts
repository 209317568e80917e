import { setTimeout as pause } from "node:timers/promises";
import type { TcpProxy } from "../proxy.ts";
import { createFlood, type Flood } from "./flood.ts";
import { createParticipant, type Participant } from "./participant.ts";
import type { Random } from "./random.ts";
import type { Recorder } from "./recorder.ts";
import { ask } from "./rest-calls.ts";
import { settled } from "./settle.ts";
import type { Stage } from "./stage.ts";
import { waitUntil } from "./wait-until.ts";
import type { Expected } from "./watch-presence.ts";

/** Everybody who is in the chat for the whole run. */
export interface Cast {
  readonly flood: Flood;
  /** The ways in that most clients take; the others belong to the flood. */
  readonly crowdWays: readonly TcpProxy[];
  readonly participants: readonly Participant[];
  /** A token of somebody who is nobody special. */
  readonly token: string;
  /** Who is there when those who came by some ways are not. */
  here(without?: ReadonlySet<TcpProxy>): readonly Participant[];
  /** The same by room. */
  expected(without?: ReadonlySet<TcpProxy>): readonly Expected[];
  /** Lets everybody write, and a moderator take texts out, until the signal. */
  chat(until: AbortSignal): void;
  settled(withinMs: number): Promise<boolean>;
}

/** Ways of the crowd; the flood has two of its own beside them. */
const crowdWayCount = 4;
export const wayCount = crowdWayCount + 2;
const roomNames = ["room-1", "room-2", "room-3", "room-4", "room-5"] as const;
/** How often one of the crowd writes. */
const sayEveryMs = { from: 300, to: 1_300 };
/** Messages of one member in a second, at most; a room has the members' share of it. */
const mostPerSecond = 1_000 / sayEveryMs.from;

/** So much that only the flood outgrows it. */
export const retentionFor = (clients: number, lengthMs: number): number =>
  1_000 + Math.ceil(((clients * mostPerSecond) / roomNames.length) * (lengthMs / 1_000));

interface CastOptions {
  readonly clients: number;
  readonly random: Random;
  readonly recorder: Recorder;
  readonly retention: number;
}

export async function gatherCast(stage: Stage, { clients, random, recorder, retention }: CastOptions): Promise<Cast> {
  const crowdWays = stage.groups.slice(0, crowdWayCount);
  const wayOf = (i: number) => crowdWays[i % crowdWays.length] as TcpProxy;
  const members: { readonly participant: Participant; readonly way: TcpProxy }[] = [];
  const enter = (name: string, way: TcpProxy, more: Partial<Parameters<typeof createParticipant>[0]> = {}) => {
    const i = members.length;
    const home = roomNames[i % roomNames.length] as string;
    const other = random.pick(roomNames.filter((room) => room !== home));
    const url = `http://127.0.0.1:${way.port}`;
    members.push({ participant: createParticipant({ name, url, rooms: [home, other], recorder, ...more }), way });
  };
  for (let i = 0; i < clients - 1; i += 1) enter(`person-${i + 1}`, wayOf(i));
  const [first] = members;
  if (first === undefined || !(await waitUntil(() => first.participant.settled, 20_000)))
    throw new Error("nobody gets in");
  const { session } = first.participant;
  // One user with two connections is one member.
  enter("twin", wayOf(clients - 1), { userName: first.participant.name, ...(session && { session }) });
  const crowd = members.map(({ participant }) => participant);
  const flood = createFlood(stage, recorder, retention);
  for (const { participant, way } of flood.members) members.push({ participant, way });
  const participants = members.map(({ participant }) => participant);
  const token = session?.token ?? "";

  async function takeTextsOut(until: AbortSignal): Promise<void> {
    while (!until.aborted) {
      await pause(1_000, undefined, { signal: until }).catch(() => {});
      const room = random.pick(roomNames);
      const messages = crowd.find(({ rooms }) => rooms.includes(room))?.client.room(room)?.messages ?? [];
      if (messages.length === 0 || until.aborted) continue;
      const { seq } = random.pick(messages.slice(-20));
      const node = random.pick(stage.nodes);
      // In the middle of faults it may fail; then the text stays, for everybody.
      await ask(node, "deleteMessage", { token: stage.moderatorToken, params: { room, seq } }).catch(() => {});
    }
  }

  const here = (without: ReadonlySet<TcpProxy> = new Set()) =>
    members.filter(({ way }) => !without.has(way)).map(({ participant }) => participant);

  return {
    flood,
    crowdWays,
    participants,
    token,
    here,
    expected(without) {
      return [...new Set(participants.flatMap(({ rooms }) => rooms))].map((room) => {
        const users = here(without)
          .filter(({ rooms }) => rooms.includes(room))
          .map((one) => one.session?.user.id ?? one.name);
        return { room, users: [...new Set(users)] };
      });
    },
    chat(until) {
      for (const participant of crowd) participant.chat(random, sayEveryMs, until);
      takeTextsOut(until);
    },
    settled: (withinMs) => settled(participants, withinMs),
  };
}
