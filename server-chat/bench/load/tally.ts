import { Histogram } from "../histogram.ts";

/**
 * Proves that every reader got every message once, all in one order, without keeping the messages: the first reader to
 * get as far sets the order that all others are held to.
 */
export class Tally {
  readonly latencies = new Histogram();
  readonly acknowledgements = new Histogram();
  /** What went wrong, the first few; empty when all is well. */
  readonly violations: string[] = [];
  sent = 0;
  delivered = 0;
  acknowledged = 0;
  /** Messages in the order of the readers that are farthest. */
  readonly #order: Int32Array;
  #orderedCount = 0;
  /** When each message was sent, in ms of the process' own clock; 0 = not yet. */
  readonly #sentMs: Float64Array;
  readonly #ordered: Uint8Array;
  readonly #acknowledged: Uint8Array;
  readonly #received: Uint32Array;
  readonly #first: number;
  #measureFrom = Number.POSITIVE_INFINITY;
  #firstSeq: number | undefined;

  /** `first` is the number of the first message, `capacity` how many there can be. */
  constructor(readers: number, first: number, capacity: number) {
    this.#order = new Int32Array(capacity);
    this.#sentMs = new Float64Array(capacity);
    this.#ordered = new Uint8Array(capacity);
    this.#acknowledged = new Uint8Array(capacity);
    this.#received = new Uint32Array(readers);
    this.#first = first;
  }

  /** Messages that are sent from now on count for the percentiles; those before warmed the server up. */
  startMeasuring(): void {
    this.#measureFrom = this.sent;
  }

  noteSent(number: number, nowMs: number): void {
    this.#sentMs[number - this.#first] = nowMs;
    this.sent++;
  }

  /** `seq` is the server's own number for the message, where it gives one. */
  noteDelivery(reader: number, number: number, seq: number | undefined, nowMs: number): void {
    const index = number - this.#first;
    const sentMs = this.#sentMs[index];
    if (!sentMs) {
      this.#violated(`reader ${reader} got message ${number}, which was never sent`);
      return;
    }
    const position = this.#received[reader] ?? 0;
    this.#received[reader] = position + 1;
    this.delivered++;
    if (position === this.#orderedCount) this.#setNext(index, number);
    else if (this.#order[position] !== index) {
      this.#violated(`reader ${reader} got message ${number} as its ${position + 1}th, another reader did not`);
    }
    if (seq !== undefined) {
      this.#firstSeq ??= seq - position;
      if (seq - this.#firstSeq !== position) this.#violated(`reader ${reader} got seq ${seq} out of turn`);
    }
    if (index >= this.#measureFrom) this.latencies.record(nowMs - sentMs);
  }

  noteAcknowledgement(number: number, nowMs: number): void {
    const index = number - this.#first;
    const sentMs = this.#sentMs[index];
    if (!sentMs) {
      this.#violated(`message ${number} was acknowledged and never sent`);
      return;
    }
    if (this.#acknowledged[index]) {
      this.#violated(`message ${number} was acknowledged twice`);
      return;
    }
    this.#acknowledged[index] = 1;
    this.acknowledged++;
    if (index >= this.#measureFrom) this.acknowledgements.record(nowMs - sentMs);
  }

  #setNext(index: number, number: number): void {
    if (this.#ordered[index]) this.#violated(`message ${number} was delivered twice`);
    this.#ordered[index] = 1;
    this.#order[this.#orderedCount++] = index;
  }

  #violated(what: string): void {
    if (this.violations.length < 5) this.violations.push(what);
  }
}
