import { setTimeout as sleep } from "node:timers/promises";
import { createChatDialect } from "./chat-dialect.ts";
import type { Opened, OpenPlan, Target } from "./commands.ts";
import type { Dialect } from "./dialect.ts";
import { readUse, useBetween } from "./meter.ts";
import { RawClient } from "./raw-client.ts";
import { createSocketIoDialect } from "./socket-io-dialect.ts";
import type { Tally } from "./tally.ts";

/** The servers send their last greetings, or forget whoever left, in this time. */
const quietMs = 1_500;
const openWithinMs = 60_000;
const sourceAddresses = 8;
/** A prime, so that messages come from all over the crowd: no client sends twice before all have. */
const senderStride = 7_919;

/** All clients of the load process, and where what they read is counted. */
export class Crowd {
  readonly target: Target;
  readonly clients: RawClient[] = [];
  readonly failures: string[] = [];
  failed = 0;
  tally: Tally | undefined;
  /** Called before each read, so that sends are on time while there is much to read. */
  beforeRead: (() => void) | undefined;
  acknowledged: ((number: number) => void) | undefined;
  nowMs = 0;
  /** Of messages: goes on from one flow to the next, because the server knows the earlier ones. */
  nextNumber = 1;
  readonly #dialect: Dialect;
  #opened = 0;
  #wake: (() => void) | undefined;

  constructor(target: Target) {
    const { side, room } = target;
    this.target = target;
    this.#dialect = side === "ours" ? createChatDialect(room) : createSocketIoDialect();
  }

  async open({ count, atOnce }: OpenPlan): Promise<Opened> {
    const before = readUse(this.target.pids);
    const from = this.clients.length;
    const openedBefore = this.#opened;
    const failedBefore = this.failed;
    const ended = () => this.#opened - openedBefore + this.failed - failedBefore;
    const deadlineMs = performance.now() + openWithinMs;
    while (ended() < count && performance.now() < deadlineMs) {
      while (this.clients.length - from < Math.min(count, ended() + atOnce)) this.#connect();
      await this.#change();
    }
    const { elapsedMs, busy } = useBetween(before, readUse(this.target.pids));
    await sleep(quietMs);
    return {
      opened: this.#opened - openedBefore,
      failed: count - (this.#opened - openedBefore),
      failures: this.failures,
      elapsedMs,
      busy,
      use: useBetween(before, readUse(this.target.pids)),
    };
  }

  /** Sends the next message, from the next client or from this one. */
  sendNext(client = (this.nextNumber * senderStride) % this.clients.length): void {
    this.clients[client]?.sendMessage(this.nextNumber++);
  }

  /** Resolves when the server has noticed. */
  async close(): Promise<void> {
    for (const client of this.clients) client.destroy();
    this.clients.length = 0;
    await sleep(quietMs);
  }

  /** Resolves after the next connection opened or failed, or soon. */
  async #change(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    const timer = setTimeout(resolve, 100);
    await promise;
    clearTimeout(timer);
  }

  #connect(): void {
    const { ports, members } = this.target;
    const index = this.clients.length;
    const member = members[index];
    const port = ports[index % ports.length];
    if (member === undefined || port === undefined) throw new RangeError(`there is no member ${index}`);
    const client = new RawClient({
      port,
      localAddress: `127.0.0.${2 + (index % sourceAddresses)}`,
      dialect: this.#dialect,
      member,
      events: {
        read: () => {
          this.nowMs = performance.now();
          this.beforeRead?.();
        },
        opened: () => {
          this.#opened++;
          this.#wake?.();
        },
        failed: (reason) => {
          this.failed++;
          if (this.failures.length < 5) this.failures.push(reason);
          this.#wake?.();
        },
        message: (number, seq) => this.tally?.noteDelivery(index, number, seq, this.nowMs),
        acknowledged: (number) => {
          this.tally?.noteAcknowledgement(number, this.nowMs);
          this.acknowledged?.(number);
        },
      },
    });
    this.clients.push(client);
  }
}
