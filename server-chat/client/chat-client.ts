import type { Message, ServerFrame } from "../src/protocol/frames.ts";
import { type BackoffSettings, backoffMs } from "./backoff.ts";
import { type ChatRoom, createChatRoom, type JoinedRoom, type RoomFrame } from "./chat-room.ts";
import type { Patience } from "./connection.ts";
import { createEmitter, type Emitter } from "./emitter.ts";
import type { ChatEvents } from "./events.ts";
import { type ConnectionState, createLink } from "./link.ts";
import type { OutboxEntry } from "./outbox.ts";
import { createRest, type HistoryPage, type HistoryRange, RequestError } from "./rest.ts";
import { type Credentials, createSessions } from "./sessions.ts";
import { type Surroundings, surroundings } from "./surroundings.ts";

export interface ChatOptions {
  /** Where the server is, for example `https://chat.example.org`. */
  readonly url: string;
  readonly credentials: Credentials;
  /** Waits between attempts; 200 ms to 5 s where nothing is said. */
  readonly backoff?: Partial<BackoffSettings>;
  readonly patience?: Partial<Patience>;
  /** Keeps what is not sent yet beyond the end of this program. */
  readonly outboxStorage?: OutboxStorage;
  readonly surroundings?: Partial<Surroundings>;
}

export interface OutboxStorage {
  load(): readonly OutboxEntry[];
  /** Called with all that is pending or failed, at each change. */
  save(entries: readonly OutboxEntry[]): void;
}

/**
 * A member of a chat, in a browser or in Node: connects and stays connected, shows each room without a hole, and sends
 * what it was given once and in order. Everything that happens is told by events.
 */
export interface ChatClient {
  readonly on: Emitter<ChatEvents>["on"];
  readonly state: ConnectionState;
  /** Starts; also again after `stopped`. */
  connect(): void;
  /** Is in the room until `leave`, over all connections. */
  join(room: string): void;
  /** What is not sent yet is sent when the room is joined again. */
  leave(room: string): void;
  /** Undefined for a room that was not joined. */
  room(room: string): ChatRoom | undefined;
  /** Sends as soon as that is possible; what becomes of it is told by `outbox`. Throws if the room was not joined. */
  send(room: string, text: string): OutboxEntry;
  /** Sends a failed message again. */
  retry(room: string, id: string): void;
  /** Takes a failed message out of the outbox, or one that never left; false for what may be stored already. */
  discard(room: string, id: string): boolean;
  /** Tells the others that somebody writes, every 3 s at most. */
  typing(room: string): void;
  /** Reads a page of older messages into the room; `more`: there is still more before them. @throws RequestError */
  readOlder(room: string, limit: number): Promise<{ readonly messages: readonly Message[]; readonly more: boolean }>;
  /** Forgets all but the newest messages of a room; `readOlder` brings them back. */
  trim(room: string, keep: number): void;
  /** The network may have changed: connects now, or asks whether the server is there. */
  wake(): void;
  /** Says goodbye. What is not sent yet stays in the outbox. */
  stop(): void;
}

const defaultBackoff: BackoffSettings = { minMs: 200, maxMs: 5_000 };
const defaultPatience: Patience = { welcomeMs: 10_000, silenceMs: 20_000, pongMs: 5_000, answerMs: 10_000 };

export function createChatClient(options: ChatOptions): ChatClient {
  const around: Surroundings = { ...surroundings(), ...options.surroundings };
  const backoff = { ...defaultBackoff, ...options.backoff };
  const patience = { ...defaultPatience, ...options.patience };
  const origin = new URL(options.url).origin;
  const events = createEmitter<ChatEvents>();
  const rooms = new Map<string, JoinedRoom>();
  /** Entries of rooms that are not joined. */
  let parked = options.outboxStorage?.load() ?? [];
  let unwatchNetwork = () => {};

  const rest = createRest(origin, around);
  const sessions = createSessions(options.credentials, {
    rest,
    clock: around.clock,
    changed: (session) => events.emit("session", session),
  });
  const link = createLink({
    ...around,
    url: `${origin.replace(/^http/, "ws")}/ws`,
    sessions,
    backoff,
    patience,
    changed: (state) => events.emit("state", state),
    opened() {
      for (const room of rooms.values()) room.online();
    },
    online: ({ user, server }) => events.emit("welcome", { user, server }),
    offline() {
      for (const room of rooms.values()) room.offline();
    },
    frame: receive,
  });

  function receive(frame: ServerFrame): void {
    if (frame.type === "drain") events.emit("drain", frame);
    if (frame.type === "error") events.emit("error", frame);
    if (frame.type === "ack") events.emit("ack", { ...frame, epoch: rooms.get(frame.room)?.epoch });
    const room = roomOf(frame);
    if (room !== undefined && rooms.get(room)?.receive(frame as RoomFrame)) {
      leave(room);
      if (frame.type === "error") events.emit("refused", { room, error: frame });
    }
  }

  /** An error may name the message and not the room. */
  function roomOf(frame: ServerFrame): string | undefined {
    if ("room" in frame && frame.room !== undefined) return frame.room;
    if (frame.type !== "error" || frame.id === undefined) return undefined;
    return [...rooms].find(([, { outbox }]) => outbox.some(({ id }) => id === frame.id))?.[0];
  }

  async function readPage(room: string, range: HistoryRange): Promise<HistoryPage> {
    try {
      return await rest.readMessages(room, range, await sessions.token());
    } catch (error) {
      const renewable = error instanceof RequestError && error.code === "unauthorized" && sessions.refused();
      if (!renewable) throw error;
      return rest.readMessages(room, range, await sessions.token());
    }
  }

  const save = () => {
    const entries = [...rooms.values()].flatMap(({ outbox }) => outbox);
    options.outboxStorage?.save([...parked, ...entries]);
  };

  function join(room: string): void {
    if (rooms.has(room)) return;
    const joined = createChatRoom({
      room,
      events,
      clock: around.clock,
      createId: around.createId,
      pauseMs: (attempt) => backoffMs(attempt, backoff, around.random),
      answerMs: patience.answerMs,
      entries: parked.filter((entry) => entry.room === room),
      send: link.send,
      readPage: (range) => readPage(room, range),
      unanswered: () => link.restart("no answer"),
      outboxChanged: save,
    });
    parked = parked.filter((entry) => entry.room !== room);
    rooms.set(room, joined);
    if (link.isOpen) joined.online();
  }

  function leave(room: string): void {
    const left = rooms.get(room);
    if (left === undefined) return;
    left.offline();
    rooms.delete(room);
    parked = [...parked, ...left.outbox];
    link.send({ type: "leave", room });
  }

  function joined(room: string): JoinedRoom {
    const found = rooms.get(room);
    if (found === undefined) throw new Error(`The room ${room} was not joined.`);
    return found;
  }

  return {
    on: events.on,
    get state() {
      return link.state;
    },
    connect() {
      unwatchNetwork();
      unwatchNetwork = around.watchNetwork(() => link.wake());
      link.connect();
    },
    join,
    leave,
    room: (room) => rooms.get(room),
    send: (room, text) => joined(room).send(text),
    retry: (room, id) => joined(room).sending.retry(id),
    discard(room, id) {
      const discarded = joined(room).sending.discard(id);
      if (discarded) save();
      return discarded;
    },
    typing: (room) => joined(room).typing(),
    readOlder: (room, limit) => joined(room).view.readOlder(limit),
    trim: (room, keep) => joined(room).view.timeline.trim(keep),
    wake: () => link.wake(),
    stop() {
      unwatchNetwork();
      link.stop();
      sessions.stop();
    },
  };
}
