import { performance } from "node:perf_hooks";
import type { Metrics } from "../metrics.ts";
import type { Pump } from "./pump.ts";

/** Who gets a room's frames. */
export interface Member {
  /** Where it stands among the room's members; -1 while it gets nothing. */
  index: number;
  readonly connection: { deliver(bytes: Buffer): boolean };
}

/**
 * After a pass the room rests, for some microseconds a member and within bounds: a message that waits for the next pass
 * saves a write to every member, and a write takes 6 to 9 us whether it has one frame or five. The more frames the pass had,
 * the sooner the next ones come, and the longer the room rests: where messages are rare, none waits. What a pass took does
 * not count: after one that was interrupted, the next ones would only be later.
 */
const rest = { usPerFrame: 4.5, mostUs: 21, leastMs: 3, mostMs: 40 } as const;

/** One pass writes this much to each member at most, so that a long hole that was filled makes nobody look slow. */
const maxPassBytes = 256 * 1024;

interface Pending {
  readonly frame: Buffer;
  /** The room's number after it. */
  readonly head: number;
}

interface Pass {
  readonly bytes: Buffer;
  readonly members: readonly Member[];
  readonly frames: number;
  readonly messages: number;
  next: number;
  written: number;
}

/**
 * Brings a room's frames to its members. What comes while a pass is under way goes out with the next one in a single
 * write a member: system calls are what delivery costs, so the busier a room is, the less each message costs.
 */
export class FanOut {
  /** The number of the last message that is in a pass; who becomes a member now gets those after it. */
  sentHead = 0;
  readonly #pump: Pick<Pump, "add">;
  readonly #metrics: Pick<Metrics, "writes" | "deliveries">;
  readonly #members: Member[] = [];
  #pending: Pending[] = [];
  #passes: Pass[] = [];
  #timer: NodeJS.Timeout | undefined;
  #queued = false;
  #restUntil = Number.NEGATIVE_INFINITY;

  constructor(pump: Pick<Pump, "add">, metrics: Pick<Metrics, "writes" | "deliveries">) {
    this.#pump = pump;
    this.#metrics = metrics;
  }

  add(member: Member): void {
    member.index = this.#members.push(member) - 1;
  }

  /** Also a pass that has begun passes it over. */
  remove(member: Member): void {
    const last = this.#members.pop();
    if (last !== undefined && last !== member) {
      this.#members[member.index] = last;
      last.index = member.index;
    }
    member.index = -1;
  }

  /** @param head the room's number after this frame */
  push(frame: Buffer, head: number): void {
    if (this.#members.length === 0) {
      this.drop(head);
      return;
    }
    this.#pending.push({ frame, head });
    if (!this.#queued && this.#timer === undefined) this.#schedule();
  }

  /** Begins the passes that bring everything up to a number. */
  cutThrough(seq: number): void {
    while (this.sentHead < seq && this.#cut() !== undefined);
    if (this.#passes.length > 0) this.#queue();
  }

  /** Begins a pass with all that waits and this frame: what comes later belongs to other numbers. */
  restart(frame: Buffer, head: number): void {
    this.drop(head);
    this.#pending.push({ frame, head });
    this.#cut();
    this.#queue();
  }

  /** Forgets what waits: nobody needs it. */
  drop(head: number): void {
    this.#pending = [];
    this.sentHead = head;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#pending = [];
    this.#passes = [];
  }

  /** Writes to the next members, at most so many. @returns whether there are more */
  write(most: number): boolean {
    const pass = this.#passes[0] ?? this.#cut();
    if (pass === undefined) return this.#rest();
    const end = Math.min(pass.next + most, pass.members.length);
    for (let index = pass.next; index < end; index++) {
      const member = pass.members[index];
      if (member !== undefined && member.index >= 0 && member.connection.deliver(pass.bytes)) pass.written++;
    }
    pass.next = end;
    if (end < pass.members.length) return true;
    this.#metrics.writes.inc(pass.written);
    this.#metrics.deliveries.inc(pass.written * pass.messages);
    this.#passes.shift();
    const restUs = Math.min(rest.usPerFrame * pass.frames, rest.mostUs) * pass.members.length;
    this.#restUntil = performance.now() + Math.min(Math.max(restUs / 1_000, rest.leastMs), rest.mostMs);
    return this.#passes.length > 0 || this.#rest();
  }

  /** Turns what waits into a pass to those who are members now. */
  #cut(): Pass | undefined {
    let count = 0;
    let bytes = 0;
    for (const { frame } of this.#pending) {
      if (count > 0 && bytes + frame.length > maxPassBytes) break;
      count++;
      bytes += frame.length;
    }
    const [first, ...others] = this.#pending.splice(0, count);
    if (first === undefined) return undefined;
    const head = others.at(-1)?.head ?? first.head;
    const pass = {
      bytes:
        others.length === 0 ? first.frame : Buffer.concat([first.frame, ...others.map(({ frame }) => frame)], bytes),
      members: this.#members.slice(),
      frames: count,
      messages: Math.max(0, head - this.sentHead),
      next: 0,
      written: 0,
    };
    this.sentHead = head;
    this.#passes.push(pass);
    return pass;
  }

  /** Nothing is under way any more. */
  #rest(): false {
    this.#queued = false;
    if (this.#pending.length > 0) this.#schedule();
    return false;
  }

  #schedule(): void {
    const waitMs = this.#restUntil - performance.now();
    if (waitMs <= 0) {
      this.#queue();
      return;
    }
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#queue();
    }, waitMs);
  }

  #queue(): void {
    if (this.#queued) return;
    this.#queued = true;
    this.#pump.add(this);
  }
}
