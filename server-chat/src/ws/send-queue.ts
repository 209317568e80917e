import { performance } from "node:perf_hooks";
import type { ErrorName } from "../protocol/errors.ts";
import { StoreError } from "../store/store.ts";
import type { Connection } from "./connection.ts";
import { jsonFrame } from "./frames-out.ts";
import { comeBackMs } from "./pace.ts";
import type { Room } from "./room.ts";

/** Sends of one connection and room that wait for the ones before them. */
const maxWaiting = 32;

interface QueuedSend {
  readonly room: Room;
  readonly id: string;
  readonly text: string;
  readonly arrivedAtMs: number;
}

/**
 * The order of one sender: messages go to the store one after the other, and after one that failed none of the later ones
 * gets past it. So what the store sees of a sender never skips a message, whichever node sees it.
 */
export class SendQueue {
  readonly #connection: Connection;
  #waiting: QueuedSend[] = [];
  #busy = false;
  /** The message that has to come again before any other. */
  #failedId: string | undefined;
  /** Tells that the room was left. */
  #tellLeft: (() => void) | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Whether nothing that comes later depends on what came before. */
  get isSettled(): boolean {
    return !this.#busy && this.#failedId === undefined;
  }

  accept(room: Room, id: string, text: string): void {
    const { engine, leaving, claims } = this.#connection;
    if (claims === undefined) return;
    const send = { room, id, text, arrivedAtMs: performance.now() };
    if (this.#failedId !== undefined && this.#failedId !== id) {
      this.#refuse("earlier_failed", send, comeBackMs);
      return;
    }
    this.#failedId = undefined;
    const waitMs = this.#waiting.length < maxWaiting ? engine.limiters.messages.take(claims.user.id) : comeBackMs;
    if (leaving || waitMs > 0) {
      this.#fail(leaving ? "draining" : "rate_limited", send, leaving ? comeBackMs : waitMs);
      return;
    }
    this.#connection.underWay++;
    this.#waiting.push(send);
    if (!this.#busy) this.#run();
  }

  /** The room is left: acknowledgements come before `tell` says so, because nothing of the room follows that. */
  leave(tell: () => void): void {
    this.#tellLeft = tell;
    if (!this.#busy) this.#left();
  }

  /** The room is entered again: that it was left comes before what comes from now on. */
  enter(): void {
    this.#left();
  }

  #left(): void {
    const tell = this.#tellLeft;
    this.#tellLeft = undefined;
    tell?.();
  }

  async #run(): Promise<void> {
    this.#busy = true;
    for (let send = this.#waiting.shift(); send !== undefined; send = this.#waiting.shift()) {
      await this.#store(send);
      this.#connection.underWay--;
    }
    this.#busy = false;
    this.#left();
  }

  async #store(send: QueuedSend): Promise<void> {
    const { room, id, text, arrivedAtMs } = send;
    if (this.#connection.claimed !== undefined) await this.#connection.claimed;
    const { engine, claims, isOpen } = this.#connection;
    // Its client sends it again, over another connection.
    if (claims === undefined || !isOpen) return;
    if (performance.now() - arrivedAtMs > engine.pace.sendWaitMs) {
      this.#failAll("unavailable", send);
      return;
    }
    try {
      const known = room.ready ? room.timeline.position : undefined;
      const published = await engine.store.publish(room.name, { id, user: claims.user, text }, known);
      const { seq, ts, duplicate } = published;
      this.#connection.deliver(jsonFrame({ type: "ack", id, room: room.name, seq, ts, duplicate }));
      this.#connection.stored++;
      engine.metrics.sends.inc({ result: duplicate ? "duplicate" : "stored" });
      engine.metrics.ackSeconds.observe((performance.now() - arrivedAtMs) / 1_000);
      room.noteStored(published);
    } catch (error) {
      if (!(error instanceof StoreError)) engine.log.error({ err: error, room: room.name }, "a send failed");
      const code = error instanceof StoreError ? codes[error.outcome] : "internal";
      this.#failAll(code, send);
    }
  }

  /** What waits behind it fails, too. */
  #failAll(code: ErrorName, send: QueuedSend): void {
    this.#fail(code, send, comeBackMs);
    for (const waiting of this.#waiting.splice(0)) {
      this.#connection.underWay--;
      this.#refuse("earlier_failed", waiting, comeBackMs);
    }
  }

  #fail(code: ErrorName, send: QueuedSend, retryAfterMs: number): void {
    this.#failedId = send.id;
    this.#refuse(code, send, retryAfterMs);
  }

  #refuse(code: ErrorName, { id, room }: QueuedSend, retryAfterMs: number): void {
    this.#connection.engine.metrics.sends.inc({ result: code });
    this.#connection.refuse(code, { id, room: room.name, retryAfterMs });
  }
}

const codes = { refused: "unavailable", unknown: "unknown_outcome" } as const;
