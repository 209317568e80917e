import type { Message } from "../protocol/frames.ts";

/** A message as it is sent: turned into JSON once, for every frame that carries it. */
export interface Entry {
  readonly seq: number;
  readonly id: string;
  readonly json: string;
}

export const toEntry = (message: Message): Entry => ({
  seq: message.seq,
  id: message.id,
  json: JSON.stringify(message),
});

const maxEntries = 200;
const maxLength = 256 * 1024;

/** The newest messages of a room, without a hole: most who resume missed only these. */
export class Ring {
  #entries: Entry[] = [];
  #length = 0;

  /** The number of the oldest entry; undefined when there is none. */
  get first(): number | undefined {
    return this.#entries[0]?.seq;
  }

  /** Puts in the message after the newest one. */
  push(entry: Entry): void {
    this.#entries.push(entry);
    this.#length += entry.json.length;
    while (this.#entries.length > maxEntries || (this.#length > maxLength && this.#entries.length > 1)) {
      this.#length -= this.#entries.shift()?.json.length ?? 0;
    }
  }

  at(seq: number): Entry | undefined {
    return this.#entries[seq - (this.first ?? 0)];
  }

  /** Entries from one number up to another, both included; what is not here is left out. */
  slice(from: number, to: number): readonly Entry[] {
    const first = this.first ?? 0;
    return this.#entries.slice(Math.max(0, from - first), Math.max(0, to + 1 - first));
  }

  /** Takes the text out of a message. */
  takeOut(seq: number): void {
    const entry = this.at(seq);
    if (entry === undefined) return;
    const without = withoutText(entry);
    this.#length += without.json.length - entry.json.length;
    this.#entries[seq - (this.first ?? 0)] = without;
  }

  /** Forgets what is older than a number. */
  dropBefore(seq: number): void {
    const [oldest] = this.#entries;
    if (oldest === undefined || oldest.seq >= seq) return;
    const dropped = this.#entries.splice(0, seq - oldest.seq);
    for (const { json } of dropped) this.#length -= json.length;
  }

  clear(): void {
    this.#entries = [];
    this.#length = 0;
  }
}

export const withoutText = (entry: Entry): Entry =>
  toEntry({ ...(JSON.parse(entry.json) as Message), text: "", deleted: true });
