import type { Message, ServerFrame, User } from "../src/protocol/frames.ts";
import { isText } from "../src/protocol/text.ts";
import { createMembers } from "./members.ts";
import { createRoomOutbox, type OutboxEntry, type RoomOutbox, type RoomOutboxParts } from "./outbox.ts";
import { createRoomView, type RoomParts, type RoomPhase, type RoomView } from "./room-view.ts";

/** A room as it can be shown. */
export interface ChatRoom {
  readonly phase: RoomPhase;
  readonly epoch: string | undefined;
  /** One after the other, no number missing. */
  readonly messages: readonly Message[];
  /** The number of the newest message that was shown. */
  readonly last: number;
  readonly count: number;
  /** Undefined when there are too many members for names. */
  readonly names: readonly User[] | undefined;
  /** Own messages that are pending or failed, in their order. */
  readonly outbox: readonly OutboxEntry[];
}

/** Frames that belong to a room. */
export type RoomFrame = Extract<ServerFrame, { readonly room?: string }>;
type ErrorFrame = Extract<ServerFrame, { type: "error" }>;

export interface JoinedRoom extends ChatRoom {
  readonly view: RoomView;
  readonly sending: RoomOutbox;
  /** There is a connection, or there is none any more. */
  online(): void;
  offline(): void;
  /** True if the server does not want this client in the room. */
  receive(frame: RoomFrame): boolean;
  send(text: string): OutboxEntry;
  typing(): void;
}

const typingEveryMs = 3_000;

type Parts = Omit<RoomParts, "joined" | "seen"> &
  Omit<RoomOutboxParts, "changed"> & {
    readonly createId: () => string;
    readonly outboxChanged: () => void;
  };

/** One room of a client: what it sees, what it sends, who is there. */
export function createChatRoom(parts: Parts): JoinedRoom {
  const { room, events, clock } = parts;
  const members = createMembers();
  let typedMs = Number.NEGATIVE_INFINITY;
  const sending = createRoomOutbox({
    ...parts,
    changed(entry) {
      events.emit("outbox", entry);
      parts.outboxChanged();
    },
  });
  const view = createRoomView({ ...parts, joined: () => sending.open(), seen: sending.seen });

  /** True if the server does not want this client in the room. */
  function receiveError(frame: ErrorFrame): boolean {
    if (frame.code === "not_joined") {
      sending.shut();
      if (view.phase !== "joining") view.joinLater();
    } else if (frame.id !== undefined) sending.failed(frame.id, frame);
    else if (view.phase === "joining") {
      if (!frame.retry) return true;
      view.joinLater(frame.retryAfterMs);
    }
    return false;
  }

  return {
    view,
    sending,
    get phase() {
      return view.phase;
    },
    get epoch() {
      return view.timeline.epoch;
    },
    get messages() {
      return view.timeline.messages;
    },
    get last() {
      return view.timeline.last;
    },
    get count() {
      return members.count;
    },
    get names() {
      return members.names;
    },
    get outbox() {
      return sending.entries;
    },
    online() {
      view.join();
    },
    offline() {
      view.leave();
      sending.shut();
      members.clear();
    },
    receive(frame) {
      switch (frame.type) {
        case "joined":
          // Everybody follows.
          members.clear();
          view.receiveJoined(frame);
          break;
        case "message":
          view.receiveMessage(frame);
          break;
        case "deleted":
          view.receiveDeleted(frame.seq);
          break;
        case "ack":
          sending.stored(frame.id, frame.seq);
          break;
        case "presence":
          members.apply(frame);
          events.emit("presence", { room, count: members.count, names: members.names });
          break;
        case "typing":
          events.emit("typing", { room, user: frame.user });
          break;
        case "error":
          return receiveError(frame);
      }
      return false;
    },
    send(text) {
      const entry: OutboxEntry = {
        room,
        id: parts.createId(),
        text,
        writtenMs: clock.nowMs(),
        state: "pending",
      };
      if (!isText(text)) return sending.reject(entry, "bad_text");
      sending.add(entry);
      return entry;
    },
    typing() {
      const nowMs = clock.nowMs();
      if (nowMs - typedMs < typingEveryMs || view.phase !== "live") return;
      typedMs = nowMs;
      parts.send({ type: "typing", room });
    },
  };
}
