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
  readonly #room: Room;
  #waiting: QueuedSend[] = [];
  #busy = false;
  /** The message that has to come again before any other. */
  #failedId: string | undefined;
  #whenIdle: (() => void) | undefined;

  constructor(connection: Connection, room: Room) {
    this.#connection = connection;
    this.#room = room;
  }

  accept(id: string, text: string): void {
    const { engine, leaving, claims } = this.#connection;
    if (claims === undefined) return;
    if (this.#failedId !== undefined && this.#failedId !== id) {
      this.#refuse("earlier_failed", id, comeBackMs);
      return;
    }
    this.#failedId = undefined;
    const waitMs = this.#waiting.length < maxWaiting ? engine.limiters.messages.take(claims.user.id) : comeBackMs;
    if (leaving || waitMs > 0) {
      this.#fail(leaving ? "draining" : "rate_limited", id, leaving ? comeBackMs : waitMs);
      return;
    }
    this.#connection.underWay++;
    this.#waiting.push({ id, text, arrivedAtMs: performance.now() });
    if (!this.#busy) this.#run();
  }

  /** Calls back when everything is answered. */
  whenIdle(call: () => void): void {
    if (this.#busy) this.#whenIdle = call;
    else call();
  }

  async #run(): Promise<void> {
    this.#busy = true;
    if (this.#connection.claimed !== undefined) await this.#connection.claimed;
    for (let send = this.#waiting.shift(); send !== undefined; send = this.#waiting.shift()) {
      await this.#store(send);
      this.#connection.underWay--;
    }
    this.#busy = false;
    this.#whenIdle?.();
    this.#whenIdle = undefined;
  }

  async #store({ id, text, arrivedAtMs }: QueuedSend): Promise<void> {
    const { engine, claims, isOpen } = this.#connection;
    const room = this.#room;
    // Its client sends it again, over another connection.
    if (claims === undefined || !isOpen) return;
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
      this.#fail(code, id, comeBackMs);
      this.#refuseWaiting();
    }
  }

  #fail(code: ErrorName, id: string, retryAfterMs: number): void {
    this.#failedId = id;
    this.#refuse(code, id, retryAfterMs);
  }

  #refuse(code: ErrorName, id: string, retryAfterMs: number): void {
    this.#connection.engine.metrics.sends.inc({ result: code });
    this.#connection.refuse(code, { id, room: this.#room.name, retryAfterMs });
  }

  #refuseWaiting(): void {
    for (const { id } of this.#waiting.splice(0)) {
      this.#connection.underWay--;
      this.#refuse("earlier_failed", id, comeBackMs);
    }
  }
}

const codes = { refused: "unavailable", unknown: "unknown_outcome" } as const;
