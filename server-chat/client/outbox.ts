import type { ErrorName } from "../src/protocol/errors.ts";
import type { ClientFrame, ServerFrame } from "../src/protocol/frames.ts";
import type { Clock } from "./surroundings.ts";

/** A message that a person wrote here. */
export interface OutboxEntry {
  readonly room: string;
  readonly id: string;
  readonly text: string;
  /** When it was written, in ms since 1970 by this client's clock. */
  readonly writtenMs: number;
  readonly state: "pending" | "sent" | "failed";
  /** Its number in the room, once sent. */
  readonly seq?: number;
  /** Why it failed: the code of the error. */
  readonly code?: ErrorName;
}

type Refusal = Pick<Extract<ServerFrame, { type: "error" }>, "code" | "retry" | "retryAfterMs">;

export interface RoomOutboxParts {
  readonly room: string;
  readonly clock: Clock;
  /** Milliseconds to wait before attempt number `attempt`. */
  readonly pauseMs: (attempt: number) => number;
  /** For the answer to a `send`. */
  readonly answerMs: number;
  /** What an earlier run did not get done: it may be stored or not. */
  readonly entries: readonly OutboxEntry[];
  /** False when the frame could not be sent. */
  send(frame: ClientFrame): boolean;
  changed(entry: OutboxEntry): void;
  /** No answer in time: the connection is not what it seems. */
  unanswered(): void;
}

/**
 * What this client sends to one room, in order: an entry leaves at its acknowledgement or when it can never succeed.
 * Several are on their way at once; after one that failed for now, it and all behind it are sent again (go back n).
 */
export interface RoomOutbox {
  readonly entries: readonly OutboxEntry[];
  add(entry: OutboxEntry): void;
  /** For what no server would take. */
  reject(entry: OutboxEntry, code: ErrorName): OutboxEntry;
  /** The room was joined: whatever is left is sent, from the start after a new connection. */
  open(): void;
  /** The room or the connection was left. */
  shut(): void;
  stored(id: string, seq: number): void;
  /** The message itself came from history. While the room is open only the acknowledgement counts. */
  seen(id: string, seq: number): void;
  failed(id: string, error: Refusal): void;
  /** Sends a failed one again, behind those that are pending. */
  retry(id: string): void;
  /** Takes out a failed one, or one that never left; false for what may be stored already. */
  discard(id: string): boolean;
}

/** Below the 32 that the server queues for one connection and room. */
const windowSize = 16;

export function createRoomOutbox(parts: RoomOutboxParts): RoomOutbox {
  const { clock } = parts;
  let pending = parts.entries.filter(({ state }) => state === "pending");
  let failures = parts.entries.filter(({ state }) => state === "failed");
  /** Ids that may have reached a server. */
  const left = new Set(pending.map(({ id }) => id));
  let isOpen = false;
  /** How many of `pending`, from the first one on, wait for an answer. */
  let inFlight = 0;
  let attempt = 0;
  let cancelPause: (() => void) | undefined;
  let cancelDeadline: (() => void) | undefined;

  function pump(): void {
    while (isOpen && cancelPause === undefined && inFlight < windowSize) {
      const next = pending[inFlight];
      if (next === undefined || !parts.send({ type: "send", room: next.room, id: next.id, text: next.text })) break;
      left.add(next.id);
      inFlight += 1;
      cancelDeadline ??= clock.after(parts.answerMs, unanswered);
    }
  }
  function unanswered(): void {
    cancelDeadline = undefined;
    parts.unanswered();
  }
  /** Any answer shows that the server works; the next one gets the full time again. */
  function answered(): void {
    cancelDeadline?.();
    cancelDeadline = inFlight > 0 ? clock.after(parts.answerMs, unanswered) : undefined;
  }
  const place = (id: string): number => pending.findIndex((entry) => entry.id === id);
  function take(index: number): OutboxEntry | undefined {
    if (index === -1) return undefined;
    const [entry] = pending.splice(index, 1);
    if (index < inFlight) inFlight -= 1;
    if (entry !== undefined) left.delete(entry.id);
    return entry;
  }
  function pause(retryAfterMs: number): void {
    cancelPause?.();
    cancelPause = clock.after(Math.max(retryAfterMs, parts.pauseMs(attempt)), () => {
      cancelPause = undefined;
      pump();
    });
    attempt += 1;
  }
  function reject(entry: OutboxEntry, code: ErrorName): OutboxEntry {
    const failure: OutboxEntry = { ...entry, state: "failed", code };
    failures.push(failure);
    parts.changed(failure);
    return failure;
  }

  function add(entry: OutboxEntry): void {
    pending.push(entry);
    parts.changed(entry);
    pump();
  }
  function stored(id: string, seq: number): void {
    const entry = take(place(id));
    if (entry === undefined) return;
    attempt = 0;
    answered();
    parts.changed({ ...entry, state: "sent", seq });
    pump();
  }

  return {
    get entries() {
      return [...pending, ...failures];
    },
    add,
    reject,
    open() {
      isOpen = true;
      pump();
    },
    shut() {
      isOpen = false;
      inFlight = 0;
      cancelPause?.();
      cancelPause = undefined;
      answered();
    },
    stored,
    seen(id, seq) {
      // The server holds back everything behind one that failed until that one comes again, even if it was stored.
      if (!isOpen) stored(id, seq);
    },
    failed(id, error) {
      const index = place(id);
      // Those behind the one that failed are refused too, and wait to be sent again already.
      if (index === -1 || index >= inFlight) return;
      if (error.retry) {
        inFlight = index;
        pause(error.retryAfterMs ?? 0);
      } else {
        const entry = take(index);
        if (entry !== undefined) reject(entry, error.code);
      }
      answered();
      pump();
    },
    retry(id) {
      const entry = failures.find((one) => one.id === id);
      if (entry === undefined) return;
      failures = failures.filter((one) => one !== entry);
      add({ ...entry, state: "pending", code: undefined });
    },
    discard(id) {
      if (left.has(id)) return false;
      const kept = (entry: OutboxEntry) => entry.id !== id;
      const before = pending.length + failures.length;
      pending = pending.filter(kept);
      failures = failures.filter(kept);
      return pending.length + failures.length < before;
    },
  };
}
