import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Presence } from "../presence/presence.ts";
import type { RoomPresence } from "../presence/room-presence.ts";
import type { Message, ServerFrame, User } from "../protocol/frames.ts";
import { limits } from "../protocol/limits.ts";
import type { Page, Position, RoomEvent, Store } from "../store/store.ts";
import { FanOut } from "./fan-out.ts";
import { jsonFrame, messageFrame } from "./frames-out.ts";
import { type FreshPage, freshFrame } from "./join-answer.ts";
import type { Pump } from "./pump.ts";
import { Timeline, toldDeletions } from "./timeline.ts";

/** Events kept while history is read; what comes beyond is read too. */
const maxBacklog = 1_000;

export interface RoomParts {
  readonly store: Store;
  readonly pump: Pump;
  readonly presence: Presence;
  readonly metrics: Metrics;
  readonly log: Log;
}

/**
 * A room with members on this node. It takes the messages from the bus in their order; whenever the bus is not enough
 * (a number was skipped, an id is not the known one, an epoch is new) it reads history before it goes on.
 */
export class Room {
  readonly name: string;
  readonly timeline = new Timeline();
  readonly fanOut: FanOut;
  readonly presence: RoomPresence;
  /** Undefined until `load` was called; rejected if the store did not give the room. */
  loaded: Promise<void> | undefined;
  ready = false;
  /** Memberships, also of those who are still on their way in. */
  held = 0;
  /** When the last one left, by the monotonic clock. */
  emptyAtMs = 0;
  /** History could not be read when it had to be. */
  stale = false;
  freshPage: FreshPage | undefined;
  readonly #parts: RoomParts;
  /** While history is read. */
  #backlog: RoomEvent[] | undefined = [];
  #reading: Promise<void> | undefined;
  #again = false;
  #welcome: { readonly joined: Buffer; readonly presence: Buffer; readonly bytes: Buffer } | undefined;
  /** The highest number that the store is known to have given out, now and when it was looked at last. */
  #known = 0;
  #knownBefore = 0;

  constructor(name: string, parts: RoomParts) {
    this.name = name;
    this.#parts = parts;
    this.fanOut = new FanOut(parts.pump, parts.metrics);
    this.presence = parts.presence.room(name, (frame) => this.fanOut.push(frame, this.timeline.head));
  }

  /** Subscribes first, so that nothing falls between the page and the bus. */
  load(): Promise<void> {
    this.#reading = this.#readUntilCurrent(async () => {
      await this.#parts.store.subscribe(this.name);
      await Promise.all([this.#adopt(), this.presence.load()]);
      this.fanOut.drop(this.timeline.head);
      this.ready = true;
    });
    return this.#reading;
  }

  /** Takes an event from the bus. */
  hear(event: RoomEvent): void {
    if (this.#backlog !== undefined) {
      if (this.#backlog.length < maxBacklog) this.#backlog.push(event);
      else this.#again = true;
    } else if (event.epoch !== this.timeline.epoch) {
      this.repairSoon();
    } else if (event.type === "message") {
      this.#hearMessage(event.message);
    } else if (event.type === "deleted") {
      this.#hearDeleted(event.seq, event.deletions);
    }
  }

  /** Takes note of a number that the store has given out: if its event does not come, the bus is deaf. */
  noteStored({ epoch, seq }: Position): void {
    if (!this.ready) return;
    if (epoch === this.timeline.epoch) this.#known = Math.max(this.#known, seq);
    else this.repairSoon();
  }

  /**
   * Makes sure that this node knows what the store knows now. Resolves when it does; what is behind has been given to
   * the members by then, or they were told to start over.
   *
   * @throws StoreError
   */
  repair(): Promise<void> {
    if (this.#reading === undefined) this.#reading = this.#readUntilCurrent(() => this.#catchUp());
    else this.#again = true;
    return this.#reading;
  }

  /** The same when nobody waits for it; a failure is made up for by the next check. */
  repairSoon(): void {
    this.repair().catch(() => undefined);
  }

  /** Gives the room a new epoch, because the store has lost messages, and tells the members. */
  async renew(reason: string): Promise<void> {
    const { epoch, head } = this.timeline;
    await this.#parts.store.renew(this.name, epoch);
    this.#parts.metrics.renewals.inc();
    this.#parts.log.warn({ room: this.name, epoch, head, reason }, "the store went back in time: new epoch");
  }

  /** Whether a number that was known at the last call is not reached yet; call it about once a second. */
  isBehind(): boolean {
    const behind = this.#knownBefore > this.timeline.head;
    this.#knownBefore = this.#known;
    return behind;
  }

  /** What a newcomer gets in one write: the answer to the join, and who is here. */
  welcome(joined: Buffer, newcomer: User): Buffer {
    const presence = this.presence.everybody(newcomer);
    const known = this.#welcome;
    if (known?.joined === joined && known.presence === presence) return known.bytes;
    const bytes = Buffer.concat([joined, presence]);
    this.#welcome = { joined, presence, bytes };
    return bytes;
  }

  /** Says that somebody types, unless the room is so full that somebody always does. */
  tellTyping(user: User): void {
    if (this.presence.count <= limits.presenceNames) this.#tell({ type: "typing", room: this.name, user });
  }

  async #readUntilCurrent(first: () => Promise<void>): Promise<void> {
    try {
      let read = first;
      do {
        this.#again = false;
        // Also when another look was asked for meanwhile: an event that is taken during it would be taken twice.
        this.#backlog ??= [];
        await read();
        this.#replay();
        read = () => this.#catchUp();
      } while (this.#again);
      this.stale = false;
    } catch (error) {
      this.stale = true;
      throw error;
    } finally {
      // What was kept of the bus is in history too, for the next attempt.
      this.#backlog = undefined;
      this.#reading = undefined;
    }
  }

  #replay(): void {
    const events = this.#backlog ?? [];
    this.#backlog = undefined;
    for (const event of events) if (event.epoch === this.timeline.epoch) this.hear(event);
    // Of an epoch that is over by now, or of one that is newer than the page: one look tells for all of them.
    if (events.some(({ epoch }) => epoch !== this.timeline.epoch)) this.repairSoon();
  }

  #hearMessage(message: Message): void {
    const { head } = this.timeline;
    if (message.seq === head + 1) this.#take(message);
    else if (message.seq > head || this.timeline.idAt(message.seq) !== message.id) this.repairSoon();
  }

  #hearDeleted(seq: number, deletions: number): void {
    if (deletions <= this.timeline.deletions) return;
    if (deletions > this.timeline.deletions + 1) {
      this.repairSoon();
      return;
    }
    this.timeline.deletions = deletions;
    this.#takeOut(seq);
  }

  #take(message: Message): void {
    const entry = this.timeline.append(message);
    this.fanOut.push(messageFrame(this.name, entry), message.seq);
  }

  #takeOut(seq: number): void {
    if (!this.timeline.takeOut(seq)) return;
    this.#tell({ type: "deleted", room: this.name, seq });
  }

  /** What has no number goes out between the messages. */
  #tell(frame: ServerFrame): void {
    this.fanOut.push(jsonFrame(frame), this.timeline.head);
  }

  /** Reads on from the newest message that is known, that one included: its id shows whether it is still the same. */
  async #catchUp(): Promise<void> {
    for (;;) {
      const { epoch, head, deletions } = this.timeline;
      const page = await this.#parts.store.read(this.name, { after: Math.max(0, head - 1), limit: limits.page });
      if (page === undefined || page.epoch !== epoch) return this.#startOver("another epoch");
      if (page.head < head || page.deletions < deletions || this.#isOverwritten(page)) {
        await this.renew("its history is not the one that was delivered");
        return this.#startOver("another epoch");
      }
      this.timeline.dropBefore(page.first);
      const missed = page.messages.filter(({ seq }) => seq > head);
      if (page.head > head && missed[0]?.seq !== head + 1) return this.#startOver("more was missed than history keeps");
      for (const message of missed) this.#take(message);
      this.#parts.metrics.gapsFilled.inc(missed.length);
      if (page.deletions !== this.timeline.deletions) await this.#countDeletions(page.deletions);
      if (this.timeline.head >= page.head) return;
    }
  }

  #isOverwritten({ messages }: Page): boolean {
    const { head } = this.timeline;
    const id = this.timeline.idAt(head);
    return id !== undefined && messages.some((message) => message.seq === head && message.id !== id);
  }

  async #countDeletions(deletions: number): Promise<void> {
    const tombstones = await this.#parts.store.tombstones(this.name, toldDeletions);
    this.timeline.deletions = deletions;
    for (const seq of this.timeline.unknownOf(tombstones)) this.#takeOut(seq);
  }

  async #adopt(): Promise<void> {
    const page = await this.#parts.store.open(this.name, limits.firstPage);
    const tombstones = page.deletions === 0 ? [] : await this.#parts.store.tombstones(this.name, toldDeletions);
    this.timeline.adopt(page, tombstones);
    this.#known = page.head;
    this.#knownBefore = page.head;
  }

  /** Every member starts from the newest page. */
  async #startOver(reason: string): Promise<void> {
    await this.#adopt();
    const { name, timeline } = this;
    this.fanOut.drop(timeline.head);
    this.#parts.log.warn({ room: name, head: timeline.head, members: this.held, reason }, "a room starts over");
    this.fanOut.restart(Buffer.concat([freshFrame(this), this.presence.everybody()]), timeline.head);
  }
}
