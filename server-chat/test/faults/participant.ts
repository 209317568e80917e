import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { type ChatClient, createChatClient } from "../../client/chat-client.ts";
import type { Patience } from "../../client/connection.ts";
import type { Session } from "../../client/rest.ts";
import { expelled } from "./history.ts";
import type { Random } from "./random.ts";
import type { Recorder } from "./recorder.ts";
import { tapSockets } from "./tapped-socket.ts";

/** Somebody in the chat, with the library, and everything they see on record. */
export interface Participant {
  readonly name: string;
  readonly rooms: readonly string[];
  readonly client: ChatClient;
  /** Undefined until the first connection. */
  readonly session: Session | undefined;
  /** Codes of the connections that ended, and when. */
  readonly closes: readonly { readonly code: number; readonly atMs: number }[];
  say(room: string, text: string): void;
  /** Writes now and then, until the signal. */
  chat(random: Random, everyMs: { readonly from: number; readonly to: number }, until: AbortSignal): Promise<void>;
  /** In all its rooms, with everything shown and answered. */
  readonly settled: boolean;
  stop(): void;
}

export interface ParticipantOptions {
  /** On record. */
  readonly name: string;
  /** In the chat, where it is another one. */
  readonly userName?: string;
  readonly url: string;
  readonly rooms: readonly string[];
  readonly recorder: Recorder;
  /** How long to wait for the server, in ms, where the suite's usual few seconds are not it. */
  readonly patience?: Partial<Patience>;
  /** To be somebody who is here already, with one more connection. */
  readonly session?: Session;
}

/** Enough to tell texts apart, and small enough to keep for each message that anybody saw. Nothing for no text. */
export const hashText = (text: string): string =>
  text === "" ? "" : createHash("sha1").update(text).digest("base64").slice(0, 12);

/** More than what the server can answer while a node is stopped: beyond, people would stop writing, too. */
const mostPending = 40;

/** A tenth of what a browser waits: the suite's faults last seconds. */
const patience = { welcomeMs: 3_000, silenceMs: 4_000, pongMs: 2_000, answerMs: 4_000 };
const backoff = { minMs: 50, maxMs: 500 };

export function createParticipant(options: ParticipantOptions): Participant {
  const { name, userName = name, url, rooms, recorder, session: known } = options;
  let session = known;
  let connected = false;
  let leaving = false;
  /** Set while the client is catching up after it came back. */
  let openedMs: number | undefined;
  const targets = new Map<string, number>();
  const closes: { code: number; atMs: number }[] = [];

  const client = createChatClient({
    url,
    credentials: { name: userName, ...(known && { session: known }) },
    patience: { ...patience, ...options.patience },
    backoff,
    surroundings: {
      WebSocket: tapSockets({
        client: name,
        recorder,
        opened() {
          openedMs = connected ? recorder.nowMs() : undefined;
          connected = true;
          targets.clear();
        },
        closed: (code) => closes.push({ code, atMs: recorder.nowMs() }),
        joined(room, head) {
          targets.set(room, head);
          // The library has not shown what came with the frame yet.
          queueMicrotask(noteCatchUp);
        },
      }),
    },
  });

  function noteCatchUp(): void {
    if (openedMs === undefined) return;
    const caughtUp = rooms.every(
      (room) => (client.room(room)?.last ?? -1) >= (targets.get(room) ?? Number.POSITIVE_INFINITY),
    );
    if (!caughtUp) return;
    recorder.catchUp(name, openedMs);
    openedMs = undefined;
  }

  const record = recorder.record;
  const stamp = () => ({ atMs: recorder.nowMs(), client: name });
  client.on("session", (given) => {
    session = given;
  });
  client.on("outbox", ({ state, room, id, text, seq, code }) => {
    if (state === "pending")
      record({ type: "invoke", ...stamp(), user: session?.user.id ?? "", room, id, hash: hashText(text) });
    if (state === "sent") record({ type: "ack", ...stamp(), room, id, seq: seq ?? 0 });
    if (state === "failed") record({ type: "failed", ...stamp(), id, code: code ?? "" });
  });
  client.on("reset", ({ room, epoch, head, previous }) => {
    const last = previous && { last: { epoch: previous.epoch, seq: previous.after } };
    record({ type: "view", ...stamp(), room, epoch, head, ...last });
  });
  client.on("message", ({ room, epoch, message: { seq, id, user, text } }) => {
    record({ type: "shown", ...stamp(), room, epoch, seq, id, user: user.id, hash: hashText(text) });
    if (openedMs !== undefined) noteCatchUp();
  });
  client.on("deleted", ({ room, seq }) => record({ type: "removed", ...stamp(), room, seq }));
  client.on("state", ({ name: state }) => {
    if (state !== "stopped" || leaving) return;
    // Told to go, for example as banned: what was not answered by then never will be, and the client knows it.
    for (const { id } of rooms.flatMap((room) => client.room(room)?.outbox ?? [])) {
      record({ type: "failed", ...stamp(), id, code: expelled });
    }
  });
  for (const room of rooms) client.join(room);
  client.connect();

  return {
    name,
    rooms,
    client,
    closes,
    get session() {
      return session;
    },
    get settled() {
      return rooms.every((room) => client.room(room)?.phase === "live" && client.room(room)?.outbox.length === 0);
    },
    say: (room, text) => client.send(room, text),
    async chat(random, everyMs, until) {
      for (let said = 1; !until.aborted; said += 1) {
        await pause(random.between(everyMs.from, everyMs.to), undefined, { signal: until }).catch(() => {});
        if (client.state.name === "stopped") return;
        const room = random.pick(rooms);
        if (until.aborted || (client.room(room)?.outbox.length ?? mostPending) >= mostPending) continue;
        if (random.next() < 0.05) client.typing(room);
        // Several on their way at once are what order is about.
        const burst = random.next() < 0.15 ? random.between(3, 8) : 1;
        for (let i = 0; i < burst; i += 1) {
          client.send(
            room,
            `${name} says number ${said}.${i} in ${room}: ${"déjà-vu ✓ ".repeat(random.between(1, 8))}`,
          );
        }
      }
    },
    stop() {
      leaving = true;
      client.stop();
    },
  };
}
