import type { IncomingMessage } from "node:http";
import { performance } from "node:perf_hooks";
import type { Duplex } from "node:stream";
import type { Rate, Settings } from "../config.ts";
import type { Bans, BanWatcher, Names, Tokens } from "../identity/identity.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import { createPresence, type Presence } from "../presence/presence.ts";
import { afterClose, type CloseName, closeCodes } from "../protocol/close-codes.ts";
import type { ErrorName } from "../protocol/errors.ts";
import type { User } from "../protocol/frames.ts";
import { createRateLimiter, type RateLimiter } from "../rate-limit.ts";
import type { Announcement, RoomEvent, Store } from "../store/store.ts";
import type { Connection } from "./connection.ts";
import { createWelcome } from "./frames-out.ts";
import { Hub } from "./hub.ts";
import { type LeaveOptions, leaveAll } from "./leave.ts";
import { PresentNames } from "./names.ts";
import { type Pace, pace as usualPace } from "./pace.ts";
import { Pump } from "./pump.ts";
import { Rounds } from "./rounds.ts";
import { Tally } from "./tally.ts";
import { pingFrame } from "./text-frame.ts";
import { createUpgrade } from "./upgrade.ts";

export interface EngineParts {
  readonly settings: Pick<Settings, "server" | "rates" | "allowedOrigins">;
  readonly store: Store;
  readonly tokens: Tokens;
  readonly bans: Bans;
  readonly names: Names;
  readonly log: Log;
  readonly metrics: Metrics;
  /** The client's address as limits and bans see it. */
  readonly readAddress: (request: IncomingMessage) => string;
  /** ms since 1970 */
  readonly clock: () => number;
  readonly random: () => number;
  readonly pace?: Pace;
}

/**
 * The WebSocket side of one replica: who is connected, the rooms they are in, and what has to be looked at from time to
 * time. It listens to the store's bus for all of the replica.
 */
export class Engine implements BanWatcher {
  readonly hub: Hub;
  readonly store: Store;
  readonly tokens: Tokens;
  readonly names: PresentNames;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly settings: EngineParts["settings"];
  readonly clock: () => number;
  readonly random: () => number;
  readonly pace: Pace;
  readonly welcome: (user: User) => Buffer;
  /** Handshakes by result. */
  readonly upgrades: Tally<"accepted" | ErrorName>;
  readonly limiters: Readonly<
    Record<"messages" | "frames" | "connectionsPerAddress" | "connectionsPerNode", RateLimiter>
  >;
  /** For the `upgrade` event of the HTTP server. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** No more upgrades: the load balancer finds another replica. */
  draining = false;
  readonly #bans: Bans;
  readonly #presence: Presence;
  readonly #connections = new Set<Connection>();
  /** Those without a hello yet, the oldest first. */
  readonly #waiting = new Set<Connection>();
  readonly #sweep: Rounds<Connection>;
  readonly #timers: readonly NodeJS.Timeout[];

  constructor(parts: EngineParts) {
    const { settings, store, log, metrics, clock, pace = usualPace } = parts;
    this.store = store;
    this.settings = settings;
    this.tokens = parts.tokens;
    this.log = log;
    this.metrics = metrics;
    this.welcome = createWelcome(settings.server);
    this.upgrades = new Tally(metrics.upgrades, "result");
    this.clock = clock;
    this.random = parts.random;
    this.pace = pace;
    this.#bans = parts.bans;
    this.#presence = createPresence({
      leases: store.leases,
      announce: (event) => store.announce(event),
      holder: `${settings.server.id}:${crypto.randomUUID()}`,
      pace: pace.presence,
    });
    this.hub = new Hub({ store, pump: new Pump(), presence: this.#presence, metrics, log, clock });
    this.names = new PresentNames({
      names: parts.names,
      connections: this.#connections,
      announce: (event) => store.announce(event),
      show: (connection) => this.hub.show(connection),
    });
    const limiter = (rate: Rate) => createRateLimiter(rate, () => performance.now());
    this.limiters = {
      messages: limiter(settings.rates.messages),
      frames: limiter(settings.rates.frames),
      connectionsPerAddress: limiter(settings.rates.connectionsPerAddress),
      connectionsPerNode: limiter(settings.rates.connectionsPerNode),
    };
    this.upgrade = createUpgrade(this, parts.readAddress);
    this.#sweep = new Rounds(this.#connections, pace.sweepTicks);
    this.#timers = [
      setInterval(() => this.#visitSome(), pace.sweepTickMs),
      every(pace.nameRenewMs, () => this.names.renew()),
      every(pace.checkMs, () => this.hub.check()),
      every(pace.tendMs, () => this.hub.tend(pace.emptyRoomMs)),
      setInterval(() => this.#sweepLimiters(), pace.limiterSweepMs),
    ];
    metrics.onScrape(() => {
      metrics.connections.set(this.#connections.size);
      metrics.rooms.set(this.hub.rooms);
      this.upgrades.flush();
      this.hub.joins.flush();
    });
    store.listen({ event: (event) => this.#hear(event), interrupted: () => this.#repairAll() });
  }

  get connections(): number {
    return this.#connections.size;
  }

  /** Addresses that a user is connected to this node from. */
  addressesOf(userId: string): readonly string[] {
    return [...new Set(this.#of(userId).map(({ address }) => address))];
  }

  /** Closes the connections of whoever is banned by now. */
  changed(): void {
    const banned = [...this.#connections].filter((connection) => this.isBanned(connection));
    this.#closeAll(banned, "banned");
  }

  /** Tells everybody to go to another replica, and closes in slices. Never rejects. */
  async leave(options: LeaveOptions): Promise<void> {
    this.draining = true;
    await leaveAll([...this.#connections], options, this.random);
    await this.#presence.close();
  }

  /** Ends everything at once; for the end of a test or of a drain. */
  async close(): Promise<void> {
    this.draining = true;
    for (const timer of this.#timers) clearInterval(timer);
    for (const { ws } of this.#connections) ws.terminate();
    this.hub.close();
    await this.#presence.close();
  }

  opened(connection: Connection): void {
    this.#connections.add(connection);
    this.#waiting.add(connection);
  }

  greeted(connection: Connection): void {
    this.#waiting.delete(connection);
  }

  ended(connection: Connection, code: number): void {
    const { claims, ending } = connection;
    this.#waiting.delete(connection);
    this.#connections.delete(connection);
    if (claims !== undefined && ending === undefined && code === closeCodes.normal.code) {
      this.names.releaseSoon(claims.user);
    }
    this.hub.leaveAll(connection, afterClose(code) === "reconnect");
  }

  /** Until the bans were read, somebody who is banned could come in. */
  get knowsBans(): boolean {
    return this.#bans.areRead;
  }

  /** Moderators may sit behind the same address as whom they ban. */
  isBanned({ claims, address }: Connection): boolean {
    if (claims === undefined) return false;
    return this.#bans.has(claims.user.id, claims.role === "moderator" ? undefined : address) !== undefined;
  }

  #hear(event: RoomEvent | Announcement): void {
    if (event.room !== undefined) this.hub.hear(event);
    else if (event.type === "kick") this.#closeAll(this.#of(event.user), "kicked");
    else if (event.type === "names") this.names.renewOf(event.users);
    else this.#bans.refresh();
  }

  #repairAll(): void {
    this.#bans.refresh();
    this.hub.repairAll();
  }

  #of(userId: string): readonly Connection[] {
    return [...this.#connections].filter(({ claims }) => claims?.user.id === userId);
  }

  #closeAll(connections: readonly Connection[], name: CloseName): void {
    for (const connection of connections) connection.close(name);
  }

  #visitSome(): void {
    for (const connection of this.#waiting) {
      if (connection.openedAtMs + this.pace.helloMs > performance.now()) break;
      this.#waiting.delete(connection);
      connection.close("helloTimeout");
    }
    this.#sweep.tick((connection) => this.#visit(connection));
  }

  #sweepLimiters(): void {
    for (const limiter of Object.values(this.limiters)) limiter.sweep();
  }

  #visit(connection: Connection): void {
    const { claims } = connection;
    connection.refusals = 0;
    if (claims !== undefined && claims.expiresAt <= this.clock()) connection.close("tokenExpired");
    else if (this.isBanned(connection)) connection.close("banned");
    if (++connection.rounds < this.pace.pingRounds || !connection.isOpen) return;
    connection.rounds = 0;
    if (connection.pinged) {
      connection.close("dead");
      return;
    }
    connection.pinged = true;
    connection.deliver(pingFrame);
  }
}

/** Runs again and again, never twice at once. */
function every(pauseMs: number, run: () => Promise<void>): NodeJS.Timeout {
  let running = false;
  return setInterval(async () => {
    if (running) return;
    running = true;
    await run();
    running = false;
  }, pauseMs);
}
