import type { ClientFrame, Message, ServerFrame } from "../src/protocol/frames.ts";
import { limits } from "../src/protocol/limits.ts";
import type { Emitter } from "./emitter.ts";
import type { ChatEvents, Way } from "./events.ts";
import { type HistoryPage, type HistoryRange, RequestError } from "./rest.ts";
import type { Clock } from "./surroundings.ts";
import { createTimeline, type Timeline } from "./timeline.ts";

type Frame<Type extends ServerFrame["type"]> = Extract<ServerFrame, { type: Type }>;

/** `away`: not in the room; `filling`: in it, while older messages that came meanwhile are fetched. */
export type RoomPhase = "away" | "joining" | "filling" | "live";

export interface RoomParts {
  readonly room: string;
  readonly clock: Clock;
  readonly events: Emitter<ChatEvents>;
  /** Milliseconds to wait before attempt number `attempt`. */
  readonly pauseMs: (attempt: number) => number;
  /** For the answer to a `join`. */
  readonly answerMs: number;
  send(frame: ClientFrame): boolean;
  readPage(range: HistoryRange): Promise<HistoryPage>;
  /** The server has let this client in. */
  joined(): void;
  /** A message of history was shown. */
  seen(id: string, seq: number): void;
  unanswered(): void;
}

/** What a client sees of a room: a timeline without a hole, and what it takes to keep it so. */
export interface RoomView {
  readonly timeline: Timeline;
  readonly phase: RoomPhase;
  /** Enters, or enters again; resumes where the timeline ends. */
  join(): void;
  /** The server did not let this client in now. */
  joinLater(retryAfterMs?: number): void;
  /** The connection is gone. */
  leave(): void;
  receiveJoined(frame: Frame<"joined">): void;
  receiveMessage(frame: Frame<"message">): void;
  receiveDeleted(seq: number): void;
  /** Reads what came before, at most `limit` messages; `more`: there is still more before these. @throws RequestError */
  readOlder(limit: number): Promise<{ readonly messages: readonly Message[]; readonly more: boolean }>;
}

/** Live messages that wait for the hole before them to be filled; beyond, they are fetched as well. */
const heldAtMost = 1_000;

export function createRoomView(parts: RoomParts): RoomView {
  const { room, clock, events } = parts;
  const timeline = createTimeline();
  let phase: RoomPhase = "away";
  let held: Message[] = [];
  /** The newest number that is known to exist. */
  let target = 0;
  /** Failures in a row: the first attempt after one that worked is made at once. */
  let troubles = 0;
  let cancelTimer = () => {};
  /** An answer to an earlier turn is ignored. */
  let turn = 0;

  function enter(next: RoomPhase): number {
    phase = next;
    cancelTimer();
    turn += 1;
    return turn;
  }

  function join(pauseMs = 0, fresh = false): void {
    enter("joining");
    held = [];
    if (pauseMs > 0) {
      cancelTimer = clock.after(pauseMs, () => join(0, fresh));
      return;
    }
    parts.send({ type: "join", room, ...(fresh ? {} : timeline.place) });
    cancelTimer = clock.after(parts.answerMs, parts.unanswered);
  }

  /** What came does not fit to what is here: the server says how it goes on. Slower each time. */
  function joinAgain(options: { readonly fresh?: boolean; readonly pauseMs?: number } = {}): void {
    const pauseMs = troubles === 0 ? 0 : parts.pauseMs(troubles - 1);
    troubles += 1;
    join(Math.max(pauseMs, options.pauseMs ?? 0), options.fresh);
  }

  /** False if a message does not follow the one before it; the ones before it are shown. */
  function show(messages: readonly Message[], way: Way): boolean {
    for (const message of messages) {
      const { epoch = "", last } = timeline;
      const result = timeline.append(message);
      if (result === "known") continue;
      if (result !== "added") {
        events.emit("gap", { room, epoch, expected: last + 1, found: message.seq });
        return false;
      }
      events.emit("message", { room, epoch, message: timeline.messages.at(-1) ?? message, way });
      if (way !== "live") parts.seen(message.id, message.seq);
    }
    return true;
  }

  /** Whether the room's latest page has the last message that is here: then there is nothing to drop. */
  function leadsOn({ epoch, messages }: Frame<"joined">): boolean {
    const { id } = timeline.place ?? {};
    return timeline.epoch === epoch && messages.some((one) => one.seq === timeline.last && one.id === id);
  }

  function receiveJoined(frame: Frame<"joined">): void {
    const { epoch, head, messages, recovered } = frame;
    const resumes = recovered ? timeline.epoch === epoch : leadsOn(frame);
    if (recovered && !resumes) {
      joinAgain({ fresh: true });
      return;
    }
    if (!resumes) {
      const previous = timeline.place;
      timeline.reset(epoch, (messages[0]?.seq ?? head + 1) - 1);
      events.emit("reset", { room, epoch, head, previous });
    }
    held = [];
    target = head;
    const whole = show(messages, resumes ? "resume" : "start");
    for (const seq of frame.deleted ?? []) receiveDeleted(seq);
    if (whole) goOn();
    else joinAgain({ fresh: true });
    parts.joined();
  }

  /** Live, if nothing is missing; otherwise the next page is fetched first. */
  function goOn(): void {
    const waiting = held;
    if (waiting[0] !== undefined && waiting[0].seq <= timeline.last + 1) {
      held = [];
      if (!show(waiting, "live")) {
        joinAgain();
        return;
      }
    }
    if (timeline.last >= target) enter("live");
    else fill(enter("filling"));
  }

  async function fill(mine: number): Promise<void> {
    try {
      const { last } = timeline;
      const { epoch, messages } = await parts.readPage({ after: last, limit: limits.page });
      if (mine !== turn) return;
      const fits = epoch === timeline.epoch && show(messages, "resume");
      // A page that leads nowhere: the store has less than it had. What that means here is the server's to say.
      if (fits && timeline.last > last) goOn();
      else joinAgain();
    } catch (error) {
      if (mine !== turn) return;
      if (!(error instanceof RequestError)) throw error;
      joinAgain({ pauseMs: error.retryAfterMs });
    }
  }

  function receiveMessage({ seq, id, user, text, ts, deleted }: Frame<"message">): void {
    const message: Message = { seq, id, user, text, ts, ...(deleted && { deleted }) };
    if (phase === "live") {
      if (show([message], "live")) troubles = 0;
      else joinAgain();
    } else if (phase === "filling") {
      target = Math.max(target, seq);
      if (held.length >= heldAtMost) held = [];
      held.push(message);
    }
    // While joining: the answer covers it.
  }

  function receiveDeleted(seq: number): void {
    if (timeline.remove(seq)) events.emit("deleted", { room, seq });
  }

  async function readOlder(limit: number): Promise<{ readonly messages: readonly Message[]; readonly more: boolean }> {
    const { epoch, first } = timeline;
    if (epoch === undefined || first <= 1) return { messages: [], more: false };
    const page = await parts.readPage({ before: first, limit });
    // The room may have started over meanwhile, or another call was faster.
    if (timeline.epoch !== epoch || timeline.first !== first) return { messages: [], more: true };
    if (page.epoch !== epoch || !timeline.prepend(page.messages)) return { messages: [], more: false };
    return { messages: timeline.messages.slice(0, page.messages.length), more: page.more };
  }

  return {
    timeline,
    get phase() {
      return phase;
    },
    join: () => join(),
    joinLater(retryAfterMs) {
      troubles = Math.max(troubles, 1);
      joinAgain({ pauseMs: retryAfterMs });
    },
    leave() {
      enter("away");
      held = [];
      troubles = 0;
    },
    receiveJoined,
    receiveMessage,
    receiveDeleted,
    readOlder,
  };
}
