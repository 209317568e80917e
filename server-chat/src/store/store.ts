import type { Message, User } from "../protocol/frames.ts";

/**
 * What the chat keeps outside its own memory: each room's history with its numbering, the bus between nodes, and
 * leases (presence, names, bans). Two implementations, memory and Redis, obey one contract (`store.contract.ts`).
 */
export interface Store {
  /**
   * Stores a message durably, gives it the room's next number and puts it on the bus. The same id again is answered
   * with the first number, `duplicate: true`, for as long as the message is in history.
   * A room that does not exist is made, with a new epoch. If the room's numbers are behind `known`, the store went back
   * in time: the room gets a new epoch first, so that a number used again cannot hide this message.
   * Calls that do not wait for each other are stored in their order, as long as none of them fails.
   *
   * @throws StoreError with outcome `refused` (certainly not stored) or `unknown` (the same id later tells)
   */
  publish(room: string, draft: Draft, known?: Position): Promise<Published>;

  /** Makes the room if there is none, and reads its newest messages, at most `limit`. */
  open(room: string, limit: number): Promise<Page>;

  /** Messages after, before, or at the end of the room; undefined if there is no such room. All of a page is of one moment. */
  read(room: string, range: Range): Promise<Page | undefined>;

  /** Numbers of messages that were taken out and are still in history: the newest `limit`, ascending. */
  tombstones(room: string, limit: number): Promise<readonly number[]>;

  /** Positions of several rooms, in their order; undefined for a room that does not exist. */
  heads(rooms: readonly string[]): Promise<readonly (Head | undefined)[]>;

  /** Takes the text out of a message, in history and on the bus; false if history does not hold it, or it is taken out already. */
  remove(room: string, seq: number): Promise<boolean>;

  /** Gives the room a new epoch, unless it has another than `epoch` already; returns the one it has then. */
  renew(room: string, epoch: string): Promise<string>;

  /**
   * Drops what is beyond the retention, and rooms that have been empty and without a subscriber for the retention's
   * age, or for `unwrittenMs` if they never had a message. Opening a room counts as use. To be called much more often than that. Safe to run on several nodes at once.
   */
  retain(): Promise<void>;

  /** Resolves when events of the room reach the listener. */
  subscribe(room: string): Promise<void>;
  unsubscribe(room: string): Promise<void>;
  /** Tells all nodes, this one too, at most once and in no promised order. For what may be lost: history never depends on it. */
  announce(event: Announcement): Promise<void>;
  /** Who hears the bus. Set once, before the first `subscribe`. */
  listen(listener: BusListener): void;

  readonly leases: Leases;

  /** Whether a send would succeed now: found out by doing one, regularly. */
  status(): StoreStatus;
  /** Ends all connections; what is under way is answered or rejected first. */
  close(): Promise<void>;
}

/** A message before it has a number. */
export interface Draft {
  readonly id: string;
  readonly user: User;
  readonly text: string;
}

export interface Position {
  readonly epoch: string;
  readonly seq: number;
}

export interface Published extends Position {
  readonly ts: number;
  readonly duplicate: boolean;
}

export interface Head extends Position {
  /** How many messages were taken out of this room; a node that counted fewer missed one. */
  readonly deletions: number;
}

/** At most `limit` messages, ascending. `latest` are the newest ones. */
export type Range =
  | { readonly after: number; readonly limit: number }
  | { readonly before: number; readonly limit: number }
  | { readonly latest: true; readonly limit: number };

export interface Page {
  readonly epoch: string;
  /** The newest number; 0 in an empty room. */
  readonly head: number;
  /** The oldest number that history still has; head + 1 when it has none. */
  readonly first: number;
  readonly deletions: number;
  readonly messages: readonly Message[];
}

/** What the store itself puts on a room's bus. */
export type RoomEvent =
  | { readonly type: "message"; readonly room: string; readonly epoch: string; readonly message: Message }
  | {
      readonly type: "deleted";
      readonly room: string;
      readonly epoch: string;
      readonly seq: number;
      readonly deletions: number;
    }
  | { readonly type: "renewed"; readonly room: string; readonly epoch: string };

/** What nodes tell each other: with a room, to who subscribed to it; without, to every node. */
export type Announcement =
  | { readonly type: "typing"; readonly room: string; readonly user: User }
  /** The members of a room changed on a node: read its lease. */
  | { readonly type: "members"; readonly room: string; readonly node: string }
  | { readonly type: "kick"; readonly user: string; readonly room?: undefined }
  | { readonly type: "bans"; readonly room?: undefined }
  /** Names of these users were given back: who uses one of them has to claim it again. */
  | { readonly type: "names"; readonly users: readonly string[]; readonly room?: undefined };

export interface BusListener {
  event(event: RoomEvent | Announcement): void;
  /** The bus was interrupted: events since some time ago may be lost for every room. */
  interrupted(): void;
}

/** A value that vanishes unless its holder renews it. Time is the store's own, so that a node's clock cannot matter. */
export interface Lease {
  readonly holder: string;
  readonly value: string;
  readonly expiresInMs: number;
}

export interface Leases {
  /** Writes or renews one lease of a group. */
  put(group: string, holder: string, value: string, ttlMs: number): Promise<void>;
  remove(group: string, holder: string): Promise<void>;
  /** The live ones. */
  list(group: string): Promise<readonly Lease[]>;
  /** Takes the group for one holder: returns the lease that stands, ours or that of who was first. */
  claim(group: string, holder: string, value: string, ttlMs: number): Promise<Lease>;
  /**
   * Takes several groups, each as `claim` does, without values: a crowd that comes back together costs few commands.
   * Returns the claims of groups that others have.
   */
  claimAll(claims: readonly LeaseClaim[], ttlMs: number): Promise<readonly LeaseClaim[]>;
}

export interface LeaseClaim {
  readonly group: string;
  readonly holder: string;
}

export type StoreStatus = { readonly ready: true } | { readonly ready: false; readonly reason: string };

/** How many messages a room keeps, and for how long. */
export interface Retention {
  readonly messages: number;
  readonly ageMs: number;
  /** How long a room that never had a message stays when nobody is in it. An hour unless given, never above `ageMs`. */
  readonly unwrittenMs?: number;
}

/** A request that the store did not fulfil. */
export class StoreError extends Error {
  /** `refused`: certainly nothing was stored. `unknown`: asking again with the same id tells. */
  readonly outcome: "refused" | "unknown";
  /** For the log and for metrics: a few fixed words. */
  readonly reason: string;
  constructor(outcome: "refused" | "unknown", reason: string, options?: ErrorOptions) {
    super(`The store ${outcome === "refused" ? "refused" : "did not answer"}: ${reason}`, options);
    this.outcome = outcome;
    this.reason = reason;
  }
}
