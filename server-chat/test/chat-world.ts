import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { onTestFinished } from "vitest";
import type { Rate, Settings } from "../src/config.ts";
import { createBans } from "../src/identity/bans.ts";
import type { Bans, Role, Tokens } from "../src/identity/identity.ts";
import { createEphemeralKeys } from "../src/identity/keys.ts";
import { createNames } from "../src/identity/names.ts";
import { createTokens } from "../src/identity/tokens.ts";
import { createLog } from "../src/log.ts";
import { createMetrics, type Metrics } from "../src/metrics.ts";
import { createMemoryStore, createMemoryWorld, type MemoryStore } from "../src/store/memory-store.ts";
import type { MemoryWorld } from "../src/store/memory-world.ts";
import type { Store } from "../src/store/store.ts";
import { Engine } from "../src/ws/engine.ts";
import { type Pace, pace } from "../src/ws/pace.ts";
import { ChatSocket } from "./chat-socket.ts";

export const origin = "https://chat.example.org";

const unlimited: Rate = { burst: 1_000_000, perSecond: 1_000_000 };

/** What tests wait for is looked at often; what they do not is as rare as in production. */
const testPace: Pace = {
  ...pace,
  checkMs: 200,
  tendMs: 50,
  presence: { ...pace.presence, tickMs: 10, quietMs: 50, lingerMs: 0 },
};

export interface NodeOptions {
  readonly rates?: Partial<Settings["rates"]>;
  readonly pace?: Partial<Pace>;
  /** Stands between the engine and its store, to fail and to wait. */
  readonly wrap?: (store: Store) => Store;
  /** ms since 1970 */
  readonly clock?: () => number;
  readonly readAddress?: () => string;
}

/** One node of a test: the engine behind an HTTP server on loopback. */
export interface TestNode {
  readonly port: number;
  readonly engine: Engine;
  readonly bans: Bans;
  readonly metrics: Metrics;
  /** Lines of the log. */
  readonly logs: readonly Readonly<Record<string, unknown>>[];
  /** Connects and says hello. */
  connect(name: string, role?: Role): Promise<ChatSocket>;
  /** Ends as a killed process does: nothing is taken back from the store. */
  kill(): Promise<void>;
}

/** Nodes that share one world in memory. */
export interface ChatWorld {
  readonly world: MemoryWorld;
  readonly tokens: Tokens;
  start(options?: NodeOptions): Promise<TestNode & { readonly store: MemoryStore }>;
}

const keys = createEphemeralKeys();
export const tokensAt = (now: () => number): Tokens => createTokens({ keys, lifetimeMs: 3_600_000, now });

export function createChatWorld({ retention = { messages: 10_000, ageMs: 3_600_000 } } = {}): ChatWorld {
  const world = createMemoryWorld();
  return {
    world,
    tokens: tokensAt(Date.now),
    async start(options = {}) {
      const store = createMemoryStore(world, { retention });
      return { ...(await startNode(store, options)), store };
    },
  };
}

/** A node on any store, which it closes at the end of the test. */
export async function startNode(store: Store, options: NodeOptions = {}): Promise<TestNode> {
  const { wrap = (one) => one, clock = Date.now, readAddress = () => "192.0.2.1" } = options;
  const tokens = tokensAt(clock);
  const logs: Record<string, unknown>[] = [];
  const server = { id: `node-${randomUUID()}`, version: "1.2.3", commit: "abc", colour: "green" };
  const log = createLog(
    { logLevel: "debug", server, node: undefined },
    { write: (line) => void logs.push(JSON.parse(line)) },
  );
  const metrics = createMetrics({ version: server.version, commit: server.commit });
  const wrapped = wrap(store);
  const bans = createBans({ leases: wrapped.leases, announce: wrapped.announce, now: () => performance.now(), log });
  const rates = {
    messages: unlimited,
    frames: unlimited,
    sessionsPerAddress: unlimited,
    requestsPerAddress: unlimited,
    connectionsPerAddress: unlimited,
    connectionsPerNode: unlimited,
    ...options.rates,
  };
  const engine = new Engine({
    settings: { server, rates, allowedOrigins: [origin] },
    store: wrapped,
    tokens,
    bans,
    names: createNames(wrapped.leases),
    log,
    metrics,
    readAddress,
    clock,
    random: Math.random,
    pace: { ...testPace, ...options.pace },
  });
  await bans.start(engine);
  const http = createServer().on("upgrade", engine.upgrade);
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const { port } = http.address() as AddressInfo;
  const stop = async (): Promise<void> => {
    bans.close();
    await engine.close();
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
    await store.close();
  };
  onTestFinished(stop);
  return {
    port,
    engine,
    bans,
    metrics,
    logs,
    async connect(name, role = "member") {
      const socket = await ChatSocket.open(port);
      const { token } = await tokens.sign({ id: `u-${name}`, name }, role);
      socket.send({ type: "hello", token });
      await socket.next("welcome");
      return socket;
    },
    async kill() {
      // A closed store takes nothing back: leases stay until they end.
      await store.close();
      await stop();
    },
  };
}

/** Waits for something that takes a few ticks; fails with what it waited for. */
export async function eventually<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  withinMs = 10_000,
): Promise<T> {
  const until = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > until) throw new Error(`waited in vain for ${what}`);
    await pause(5);
  }
}
