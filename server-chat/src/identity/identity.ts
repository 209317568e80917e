import type { User } from "../protocol/frames.ts";

/** Who somebody is, whether the name is free, and who is kept out. Implementations stand beside this file. */

export type Role = "member" | "moderator";

/** What a valid token says. */
export interface Claims {
  readonly user: User;
  readonly role: Role;
  /** ms since 1970 */
  readonly expiresAt: number;
}

export interface SignedToken {
  readonly token: string;
  /** ms since 1970 */
  readonly expiresAt: number;
}

export interface Tokens {
  /** @param expiresAt ms since 1970; without it the token lasts as long as the settings say */
  sign(user: User, role: Role, expiresAt?: number): Promise<SignedToken>;
  /** Undefined for whatever is not a token of ours, unchanged, and valid at `nowMs`. Never throws. */
  verify(token: string, nowMs: number): Claims | undefined;
}

export interface Names {
  /**
   * Takes the user's name, or renews it, for 60 s. False: somebody else has it, perhaps in another spelling.
   *
   * @throws StoreError
   */
  claim(user: User): Promise<boolean>;
  /**
   * Renews the names of those who are connected; call it every 20 s.
   *
   * @returns those whose name is somebody else's by now: the store was away for longer than a claim lasts
   * @throws StoreError
   */
  renew(users: Iterable<User>): Promise<readonly User[]>;
  /** Gives back the claim of a user that never came to be, or that said goodbye. Never rejects: if it fails, the claim ends by itself. */
  release(user: User): Promise<void>;
}

/** An order to keep a user out. */
export interface BanOrder {
  readonly user: string;
  readonly durationMs: number;
  /** Also whoever comes from the addresses that the user is connected from. */
  readonly address: boolean;
  readonly by: User;
  readonly reason?: string;
}

export interface Ban extends Omit<BanOrder, "durationMs"> {
  /** For how much longer, by the store's clock. */
  readonly remainingMs: number;
}

export interface Bans {
  /** False until they were read once: until then nobody knows whom to keep out. */
  readonly areRead: boolean;
  /**
   * The ban that this user or address is under; from memory, so it may be asked for every frame.
   *
   * @param address left out for moderators: they may sit behind the same address as whom they ban
   */
  has(userId: string, address?: string): Ban | undefined;
  /** @throws StoreError */
  ban(order: BanOrder): Promise<Ban>;
  /** False if there was no such ban. @throws StoreError */
  lift(userId: string): Promise<boolean>;
  /** All bans in force, from the store. @throws StoreError */
  list(): Promise<readonly Ban[]>;
  /** Reads the bans again: at the `bans` announcement, and when the bus was interrupted. Never rejects. */
  refresh(): Promise<void>;
  /** Reads the bans for the first time, then every 5 s. Never rejects: a store that is away is asked again. */
  start(watcher: BanWatcher): Promise<void>;
  close(): void;
}

/** Who holds the connections of this node. */
export interface BanWatcher {
  /** Addresses that the user is connected to this node from. */
  addressesOf(userId: string): readonly string[];
  /** Bans were added: whoever `has` names now must go. */
  changed(): void;
}
