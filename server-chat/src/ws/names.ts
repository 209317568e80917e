import { setTimeout as pause } from "node:timers/promises";
import type { Names } from "../identity/identity.ts";
import type { User } from "../protocol/frames.ts";
import { foldName } from "../protocol/text.ts";
import type { Announcement } from "../store/store.ts";
import type { Connection } from "./connection.ts";

/** How long the first who comes or goes waits for others. */
const togetherMs = 20;

export interface PresentNamesParts {
  readonly names: Names;
  /** All of this node. */
  readonly connections: Iterable<Connection>;
  readonly announce: (event: Announcement) => Promise<void>;
  /** A connection's name is its user's: it may be seen. */
  readonly show: (connection: Connection) => void;
}

/** The names of who is connected to this node. Those of a crowd are claimed together, because each alone would be a command. */
export class PresentNames {
  readonly #parts: PresentNamesParts;
  #newcomers: Connection[] = [];
  #claiming: Promise<void> | undefined;
  #leavers: User[] = [];

  constructor(parts: PresentNamesParts) {
    this.#parts = parts;
  }

  /**
   * Claims the name of who came. The token's session claimed it too, so this only fails for a token that was left for a
   * minute; that connection is closed, and was not shown to anybody.
   */
  claimSoon(connection: Connection): void {
    this.#claiming ??= this.#claimNewcomers();
    this.#newcomers.push(connection);
    connection.claimed = this.#claiming;
  }

  /** Gives back the name of who said goodbye, unless it is here a second time. */
  releaseSoon(user: User): void {
    if (this.#leavers.push(user) === 1) this.#releaseLeavers();
  }

  /** Claims every name again, before the claims end. Never rejects. */
  renew(): Promise<void> {
    return this.#claim(this.#parts.connections);
  }

  /** Another node gave names of these users back, that may be in use here. Never rejects. */
  renewOf(userIds: readonly string[]): Promise<void> {
    const ids = new Set(userIds);
    return this.#claim(
      [...this.#parts.connections].filter(({ claims }) => claims !== undefined && ids.has(claims.user.id)),
    );
  }

  async #claimNewcomers(): Promise<void> {
    await pause(togetherMs);
    const newcomers = this.#newcomers;
    this.#newcomers = [];
    this.#claiming = undefined;
    await this.#claim(newcomers);
    for (const connection of newcomers) {
      connection.claimed = undefined;
      this.#parts.show(connection);
    }
  }

  /** A store that is away lets people in: the next renewal tells. */
  async #claim(connections: Iterable<Connection>): Promise<void> {
    const users = new Map<string, User>();
    for (const { claims, isOpen } of connections) {
      // One user can be here under several names, each of them taken.
      if (claims !== undefined && isOpen) users.set(`${claims.user.id} ${claims.user.name}`, claims.user);
    }
    const lost = await this.#parts.names.renew(users.values()).catch(() => []);
    for (const user of lost) {
      for (const connection of this.#parts.connections)
        if (isSame(connection.claims?.user, user)) connection.close("nameTaken");
    }
  }

  async #releaseLeavers(): Promise<void> {
    await pause(togetherMs);
    const leavers = Map.groupBy(this.#leavers.splice(0), ({ id }) => id);
    const free = new Set([...leavers.values()].flat());
    for (const { claims } of this.#parts.connections) {
      // Folding is slow, and nearly all of them are other users.
      const users = claims && leavers.get(claims.user.id);
      for (const user of users ?? []) if (claims !== undefined && isSpelledAlike(user, claims.user)) free.delete(user);
    }
    if (free.size === 0) return;
    await Promise.all([...free].map((user) => this.#parts.names.release(user)));
    // Who is on another node, too, would be without the claim until its next renewal.
    const event = { type: "names", users: [...new Set([...free].map(({ id }) => id))] } as const;
    await this.#parts.announce(event).catch(() => undefined);
  }
}

const isSame = (one: User | undefined, other: User): boolean => one?.id === other.id && one.name === other.name;
const isSpelledAlike = (one: User, other: User): boolean => foldName(one.name) === foldName(other.name);
