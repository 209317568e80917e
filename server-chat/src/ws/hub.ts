import { performance } from "node:perf_hooks";
import type { Claims } from "../identity/identity.ts";
import { limits } from "../protocol/limits.ts";
import { type Announcement, type RoomEvent, StoreError } from "../store/store.ts";
import type { Connection } from "./connection.ts";
import { answerFromHistory, answerJoin, contradicts, freshFrame, type JoinAnswer, type Resume } from "./join-answer.ts";
import { Membership } from "./membership.ts";
import { comeBackMs } from "./pace.ts";
import { Room, type RoomParts } from "./room.ts";
import { Rounds } from "./rounds.ts";
import { Tally } from "./tally.ts";

/** Rooms asked about in one command, and rooms that read history at once. */
const checkedAtOnce = 200;
const repairedAtOnce = 16;

/** Every room's history is looked at in one of so many checks: what retention drops, a node drops soon after. */
const checksPerRead = 60;

/** How often clients can make a room start over by what they claim to have seen. */
const claimPauseMs = 60_000;

/** How often a join asks the store. */
const maxAttempts = 4;

/** A join that cannot be answered now. */
class NotNow extends Error {
  readonly retryAfterMs: number;
  constructor(retryAfterMs: number) {
    super("not now");
    this.retryAfterMs = retryAfterMs;
  }
}

export interface HubParts extends RoomParts {
  /** ms since 1970 */
  readonly clock: () => number;
}

/** The rooms that somebody on this node is in. */
export class Hub {
  /** By result. */
  readonly joins: Tally<JoinAnswer["result"]>;
  readonly #parts: HubParts;
  readonly #rooms = new Map<string, Room>();
  readonly #readRounds = new Rounds(this.#rooms, checksPerRead);
  /** Rooms whose subscription is ending; one that is entered again waits for that. */
  readonly #ending = new Map<string, Promise<void>>();
  readonly #claimedAtMs = new WeakMap<Room, number>();

  constructor(parts: HubParts) {
    this.#parts = parts;
    this.joins = new Tally(parts.metrics.resumes, "result");
  }

  /** Puts a connection into a room, or answers why not. */
  join(connection: Connection, name: string, resume: Resume | undefined): void {
    const before = connection.membershipIn(name);
    const sends = connection.sends?.get(name);
    if (before === undefined && sends === undefined && connection.heldRooms >= limits.roomsPerConnection) {
      connection.refuse("too_many_rooms", { room: name });
      return;
    }
    const membership = new Membership(connection, this.#room(name));
    membership.room.held++;
    if (before !== undefined) this.leave(before);
    sends?.enter();
    connection.memberships = [...connection.memberships, membership];
    const answer = membership.room.ready ? answerJoin(membership.room, resume) : "ahead";
    if (typeof answer === "object") this.#admit(membership, answer);
    else this.#joinLater(membership, resume);
  }

  /** @param isLost the connection broke, and its user is likely to be back soon */
  leave(membership: Membership, isLost = false): void {
    const { connection, room } = membership;
    connection.memberships = connection.memberships.filter((one) => one !== membership);
    membership.over = true;
    room.held--;
    if (room.held === 0) room.emptyAtMs = performance.now();
    if (membership.index < 0) return;
    room.fanOut.remove(membership);
    if (isShown(connection)) room.presence.leave(connection.claims.user, isLost);
  }

  leaveAll(connection: Connection, isLost: boolean): void {
    for (const membership of connection.memberships) this.leave(membership, isLost);
  }

  /** Shows who is behind a connection in the rooms that it entered before the claim on its name was answered. */
  show({ claims, memberships }: Connection): void {
    if (claims === undefined) return;
    for (const { room, index } of memberships) if (index >= 0) room.presence.enter(claims.user);
  }

  /** Takes an event of a room from the bus. */
  hear(event: RoomEvent | Extract<Announcement, { room: string }>): void {
    const room = this.#rooms.get(event.room);
    if (room === undefined) return;
    switch (event.type) {
      case "typing":
        room.tellTyping(event.user);
        break;
      case "members":
        room.presence.noteOthersChanged();
        break;
      default:
        if (event.type === "message") this.#observeLag(event.message.ts);
        room.hear(event);
    }
  }

  /** Rooms that are held in memory. */
  get rooms(): number {
    return this.#rooms.size;
  }

  /** Events may be lost, for every room. */
  async repairAll(): Promise<void> {
    this.#parts.presence.refresh();
    await this.#repair([...this.#rooms.values()].filter(({ ready }) => ready));
  }

  /** Mends the rooms that are known to miss something, and lets go of those that nobody is in. */
  async tend(emptyRoomMs: number): Promise<void> {
    const now = performance.now();
    for (const room of this.#rooms.values()) {
      if (room.held === 0 && room.ready && now - room.emptyAtMs >= emptyRoomMs) this.#forget(room);
    }
    await this.#repair([...this.#rooms.values()].filter((room) => room.ready && (room.isBehind() || room.stale)));
  }

  /**
   * Compares every room's position with the store's, and some rooms' history with what is at hand. Never rejects: a store
   * that is away is asked again.
   */
  async check(): Promise<void> {
    const read: Room[] = [];
    this.#readRounds.tick((room) => room.ready && read.push(room));
    await this.#repair(read);
    const rooms = [...this.#rooms.values()].filter(({ ready }) => ready);
    while (rooms.length > 0) {
      const batch = rooms.splice(-checkedAtOnce);
      const before = batch.map(({ timeline: { epoch, head, deletions } }) => ({ epoch, head, deletions }));
      const heads = await this.#parts.store.heads(batch.map(({ name }) => name)).catch(() => undefined);
      if (heads === undefined) return;
      const wrong = batch.filter((room, index) => {
        const [was, is] = [before[index], heads[index]];
        if (was === undefined || is === undefined || is.epoch !== was.epoch || is.seq < was.head) return true;
        // An event that is on its way is no gap: the next look tells.
        room.noteStored(is);
        return is.deletions > room.timeline.deletions || is.deletions < was.deletions;
      });
      await this.#repair(wrong);
    }
  }

  close(): void {
    for (const room of this.#rooms.values()) room.fanOut.stop();
    this.#rooms.clear();
  }

  #room(name: string): Room {
    const known = this.#rooms.get(name);
    if (known !== undefined) return known;
    const room = new Room(name, this.#parts);
    this.#rooms.set(name, room);
    const ended = this.#ending.get(name) ?? Promise.resolve();
    room.loaded = ended.then(() => room.load());
    room.loaded.catch(() => this.#forget(room));
    return room;
  }

  #forget(room: Room): void {
    if (this.#rooms.get(room.name) !== room) return;
    this.#rooms.delete(room.name);
    room.fanOut.stop();
    this.#parts.presence.forget(room.presence);
    const ended = this.#parts.store
      .unsubscribe(room.name)
      .catch(() => undefined)
      .finally(() => this.#ending.delete(room.name));
    this.#ending.set(room.name, ended);
  }

  #admit(membership: Membership, { result, frame }: JoinAnswer): void {
    const { connection, room } = membership;
    const { claims } = connection;
    if (membership.over || claims === undefined) return;
    this.joins.count(result);
    if (!connection.deliver(room.welcome(frame, claims.user))) return;
    room.fanOut.add(membership);
    if (isShown(connection)) room.presence.enter(claims.user);
  }

  async #joinLater(membership: Membership, resume: Resume | undefined): Promise<void> {
    const { connection, room } = membership;
    try {
      await room.loaded;
      await this.#answer(membership, resume);
    } catch (error) {
      if (membership.over) return;
      this.leave(membership);
      if (error instanceof NotNow || error instanceof StoreError) {
        const retryAfterMs = error instanceof NotNow ? error.retryAfterMs : comeBackMs;
        connection.refuse("unavailable", { room: room.name, retryAfterMs });
      } else {
        this.#parts.log.error({ err: error, room: room.name }, "a join failed");
        connection.refuse("internal", { room: room.name, retryAfterMs: comeBackMs });
      }
    }
  }

  /**
   * Asks the store until this node knows enough. What it finds out may be outdated by then, so it asks a few times.
   * Nothing may happen between the answer and the membership: a pass that begins there would miss this member.
   */
  async #answer(membership: Membership, resume: Resume | undefined): Promise<void> {
    const { room } = membership;
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      let answer = answerJoin(room, resume);
      if (answer === "history" && resume !== undefined) {
        const range = { after: Math.max(0, resume.after - 1), limit: limits.page + 1 };
        const page = await this.#parts.store.read(room.name, range);
        const fits = page?.epoch === room.timeline.epoch && page.head >= resume.after;
        if (fits) answer = answerFromHistory(room, resume, page);
      }
      if (typeof answer === "object") return this.#admit(membership, answer);
      if (resume === undefined) break;
      await room.repair();
      if (answer === "history" || !contradicts(room, resume, answer)) continue;
      const waitMs = this.#claimWaitMs(room);
      if (waitMs <= 0) await this.#believe(membership, resume.after);
      else if (answer === "ahead") throw new NotNow(Math.ceil(waitMs));
      // Who has another message at a number that history has can start over in the same epoch, too.
      else return this.#admit(membership, { result: "reset", frame: freshFrame(room) });
    }
    throw new NotNow(comeBackMs);
  }

  #claimWaitMs(room: Room): number {
    return (this.#claimedAtMs.get(room) ?? Number.NEGATIVE_INFINITY) + claimPauseMs - performance.now();
  }

  /** A client has seen what the store does not have: the store lost messages, if the client is honest. */
  async #believe({ room, connection }: Membership, after: number): Promise<void> {
    this.#claimedAtMs.set(room, performance.now());
    const claim = { room: room.name, head: room.timeline.head, after, user: connection.claims?.user.id };
    this.#parts.log.warn(claim, "a client claims to have a message that the store does not have");
    await room.renew("a client has seen a message that is not there");
    await room.repair();
  }

  async #repair(rooms: Room[]): Promise<void> {
    while (rooms.length > 0) {
      await Promise.allSettled(rooms.splice(-repairedAtOnce).map((room) => room.repair()));
    }
  }

  #observeLag(ts: number): void {
    this.#parts.metrics.busLagSeconds.observe(Math.max(0, this.#parts.clock() - ts) / 1_000);
  }
}

const isShown = (connection: Connection): connection is Connection & { readonly claims: Claims } =>
  connection.claims !== undefined && connection.claimed === undefined;
