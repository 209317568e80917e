import type { Message } from "../src/protocol/frames.ts";

/** Where a client stands in a room: what it says when it resumes. */
export interface Place {
  readonly epoch: string;
  /** The last number that it has. */
  readonly after: number;
  /** The id of that message, where it has one. */
  readonly id?: string;
}

/**
 * What became of a message: `known` came before; after a `gap` numbers are missing; a `conflict` has the number of
 * another message, so the server's history is no longer the one that this client saw.
 */
export type Appended = "added" | "known" | "gap" | "conflict";

/** The messages of a room that this client has: one epoch, ascending, no number missing, none twice. */
export interface Timeline {
  readonly messages: readonly Message[];
  /** Undefined until the room was joined once. */
  readonly epoch: string | undefined;
  /** The number that the next message has one more than. */
  readonly last: number;
  /** Undefined until the room was joined once. */
  readonly place: Place | undefined;
  /** The number of the oldest message here; one past the last when there is none. */
  readonly first: number;
  append(message: Message): Appended;
  /** Adds older ones in front; false if they do not end right before the first. */
  prepend(messages: readonly Message[]): boolean;
  /** Takes the text of one out; false if it is not here or is out already. */
  remove(seq: number): boolean;
  /** Starts over, empty; the next message is the one after `after`. */
  reset(epoch: string, after: number): void;
  /** Forgets all but the newest. */
  trim(keep: number): void;
}

/** Numbers whose text went while they were on their way here. A page of history may have been read before that. */
const removedKept = 1_000;

export function createTimeline(): Timeline {
  let epoch: string | undefined;
  let messages: Message[] = [];
  let last = 0;
  const removed = new Set<number>();
  const first = () => messages[0]?.seq ?? last + 1;
  const shown = (message: Message): Message => (removed.has(message.seq) ? withoutText(message) : message);

  return {
    get messages() {
      return messages;
    },
    get epoch() {
      return epoch;
    },
    get last() {
      return last;
    },
    get place() {
      return epoch === undefined ? undefined : { epoch, after: last, id: messages.at(-1)?.id };
    },
    get first() {
      return first();
    },
    append(message) {
      if (message.seq > last + 1) return "gap";
      if (message.seq === last + 1) {
        messages.push(shown(message));
        last = message.seq;
        return "added";
      }
      const known = messages[message.seq - first()];
      return known === undefined || known.id === message.id ? "known" : "conflict";
    },
    prepend(older) {
      if (!isDense(older) || older.at(-1)?.seq !== first() - 1) return false;
      messages = [...older.map(shown), ...messages];
      return true;
    },
    remove(seq) {
      removed.add(seq);
      const oldest = removed.values().next().value;
      if (removed.size > removedKept && oldest !== undefined) removed.delete(oldest);
      const index = seq - first();
      const message = messages[index];
      if (message === undefined || message.deleted === true) return false;
      messages[index] = withoutText(message);
      return true;
    },
    reset(newEpoch, after) {
      epoch = newEpoch;
      messages = [];
      last = after;
      removed.clear();
    },
    trim(keep) {
      if (messages.length > keep) messages = messages.slice(messages.length - keep);
    },
  };
}

const withoutText = (message: Message): Message => ({ ...message, text: "", deleted: true });

const isDense = (messages: readonly Message[]): boolean =>
  messages.every(({ seq }, index) => seq === (messages[0]?.seq ?? 0) + index);
