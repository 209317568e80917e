import type { Message } from "../protocol/frames.ts";
import { limits } from "../protocol/limits.ts";
import type { Page, Position } from "../store/store.ts";
import { type Entry, Ring, toEntry, withoutText } from "./ring.ts";

/** Of the messages that were taken out, how many a resume tells: those that were taken out last. */
export const toldDeletions = 500;

/** What this node knows of a room: where its history stands, and the newest of it. */
export class Timeline {
  epoch = "";
  /** The number of the newest message. */
  head = 0;
  /** How many messages were ever taken out, as far as this node heard. */
  deletions = 0;
  /** Numbers of those that are still in history, ascending: the last ones that were taken out. */
  tombstones: readonly number[] = [];
  /** The same in the order in which this node heard of them. */
  readonly #takenOut = new Set<number>();
  #ring = new Ring();

  get position(): Position {
    return { epoch: this.epoch, seq: this.head };
  }

  /** Starts with the newest page of the store. */
  adopt(page: Page, tombstones: readonly number[]): void {
    this.epoch = page.epoch;
    this.head = page.head;
    this.deletions = page.deletions;
    this.#takenOut.clear();
    for (const seq of tombstones) this.#takenOut.add(seq);
    this.tombstones = tombstones;
    this.#ring.clear();
    for (const message of page.messages) this.#ring.push(toEntry(message));
  }

  /** Takes in the message after `head`. */
  append(message: Message): Entry {
    const entry = toEntry(message);
    this.#ring.push(entry);
    this.head = message.seq;
    return entry;
  }

  /** Takes the text out of a message. @returns false if it is out already */
  takeOut(seq: number): boolean {
    if (this.#takenOut.has(seq)) return false;
    const [earliest] = this.#takenOut;
    // Not the lowest number: that may be this very one, which nobody has heard of yet.
    if (this.#takenOut.size === toldDeletions && earliest !== undefined) this.#takenOut.delete(earliest);
    this.#takenOut.add(seq);
    this.tombstones = [...this.#takenOut].sort((one, other) => one - other);
    this.#ring.takeOut(seq);
    return true;
  }

  /** Which of these numbers were taken out without this node's knowing. To be asked before the first of them is taken out. */
  unknownOf(tombstones: readonly number[]): readonly number[] {
    return tombstones.filter((seq) => !this.#takenOut.has(seq));
  }

  /** Forgets what history no longer has: retention holds for a node's memory too. */
  dropBefore(first: number): void {
    this.#ring.dropBefore(first);
    for (const seq of this.#takenOut) if (seq < first) this.#takenOut.delete(seq);
    this.tombstones = this.tombstones.filter((seq) => seq >= first);
  }

  /** The id of a message, if it is one of the newest. */
  idAt(seq: number): string | undefined {
    return this.#ring.at(seq)?.id;
  }

  /** Whether all messages from a number on are at hand. */
  has(from: number): boolean {
    return from > this.head || from >= (this.#ring.first ?? this.head + 1);
  }

  /** The messages from one number up to another, as many as are at hand and fit on a page. */
  page(from: number, to: number): readonly Entry[] {
    return fit(this.#ring.slice(from, to));
  }

  /** What a newcomer sees of the messages up to `head`: the newest ones, fewer when they are long. */
  firstPage(head: number): readonly Entry[] {
    return fit(this.#ring.slice(head - limits.firstPage + 1, head).toReversed()).toReversed();
  }

  /** A message of a page that was read a moment ago: its text may have been taken out since. */
  refresh(message: Message): Entry {
    const entry = toEntry(message);
    return message.deleted !== true && this.#takenOut.has(message.seq) ? withoutText(entry) : entry;
  }
}

/** As many of the first entries as one page may hold, by number and bytes. */
export function fit(entries: readonly Entry[]): readonly Entry[] {
  let bytes = 0;
  let count = 0;
  for (const { json } of entries) {
    bytes += Buffer.byteLength(json);
    if (count === limits.page || (count > 0 && bytes > limits.pageBytes)) break;
    count++;
  }
  return entries.slice(0, count);
}
