import { Histogram } from "../../histogram.ts";
import type { CutKind } from "./link.ts";

/** How clients came back after one kind of cut. */
export class CutRecord {
  cuts = 0;
  /** Went on from where they were. */
  recovered = 0;
  /** From the server's first answer on the new connection, and from the moment that one was possible again. */
  readonly fromReopened = new Histogram();
  readonly fromRestored = new Histogram();
}

export type CutRecords = Readonly<Record<CutKind, CutRecord>>;

/** One cut, until its client has all that was stored when the server answered again. */
export class Outage {
  readonly kind: CutKind;
  restarted = false;
  #restoredMs = Number.NaN;
  #reopenedMs = Number.NaN;
  #target = Number.NaN;

  constructor(kind: CutKind) {
    this.kind = kind;
  }

  restore(nowMs: number): void {
    this.#restoredMs = nowMs;
  }

  /** `stored` is the newest message that was acknowledged by now. */
  reopen(nowMs: number, stored: number): void {
    this.#reopenedMs = nowMs;
    this.#target = stored;
  }

  /** Whether the client has caught up, its newest message being `last`; then the record has it. */
  end(last: number, nowMs: number, records: CutRecords): boolean {
    if (!(last >= this.#target)) return false;
    const record = records[this.kind];
    record.cuts++;
    if (!this.restarted) record.recovered++;
    record.fromReopened.record(nowMs - this.#reopenedMs);
    record.fromRestored.record(nowMs - this.#restoredMs);
    return true;
  }
}
