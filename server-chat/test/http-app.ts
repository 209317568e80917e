import { type AddressInfo, connect } from "node:net";
import { onTestFinished } from "vitest";
import type { Rate, Settings } from "../src/config.ts";
import { createAddressReader } from "../src/http/address.ts";
import { createHttpApp, type HttpParts } from "../src/http/app.ts";
import { createBans } from "../src/identity/bans.ts";
import type { Bans, BanWatcher, Role, Tokens } from "../src/identity/identity.ts";
import { createEphemeralKeys, type Keys } from "../src/identity/keys.ts";
import { createNames } from "../src/identity/names.ts";
import { createTokens } from "../src/identity/tokens.ts";
import { createUserId } from "../src/identity/user-id.ts";
import { createLog } from "../src/log.ts";
import { createMetrics, type Metrics } from "../src/metrics.ts";
import { readPresence } from "../src/presence/presence.ts";
import type { User } from "../src/protocol/frames.ts";
import { createPublicServer } from "../src/public-server.ts";
import { createRateLimiter } from "../src/rate-limit.ts";
import { createMemoryStore, createMemoryWorld, type MemoryStore } from "../src/store/memory-store.ts";
import type { MemoryWorld } from "../src/store/memory-world.ts";
import type { Announcement, RoomEvent } from "../src/store/store.ts";

export const origin = "https://chat.example.org";

export interface HttpAppOptions {
  /** Shared with other nodes of the test. */
  readonly world?: MemoryWorld;
  readonly keys?: Keys;
  /** Wall clock, in ms since 1970. */
  readonly now?: () => number;
  readonly rates?: { readonly requests?: Rate; readonly newNames?: Rate };
  readonly settings?: Partial<Pick<Settings, "loadDemos" | "trustedProxies" | "node">>;
  readonly watcher?: BanWatcher;
  /** Replaces parts by ones that fail. */
  readonly parts?: (parts: HttpParts) => Partial<HttpParts>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for
  readonly body: any;
}

export interface Ask {
  readonly token?: string | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The public HTTP side of one node, over real sockets on loopback and a store in memory. */
export interface HttpApp {
  readonly url: string;
  readonly store: MemoryStore;
  readonly bans: Bans;
  readonly tokens: Tokens;
  readonly metrics: Metrics;
  /** Lines of the log. */
  readonly logs: readonly Readonly<Record<string, unknown>>[];
  /** What the bus told this node. */
  readonly heard: readonly (RoomEvent | Announcement)[];
  drain(): void;
  ask(method: string, path: string, ask?: Ask): Promise<Answer>;
  /** Somebody with a valid token. */
  createUser(role?: Role, name?: string): Promise<{ readonly user: User; readonly token: string }>;
}

const plenty: Rate = { burst: 1_000_000, perSecond: 1_000_000 };

export async function startHttpApp(options: HttpAppOptions = {}): Promise<HttpApp> {
  const { world = createMemoryWorld(), keys = createEphemeralKeys(), now = Date.now, rates = {} } = options;
  const store = createMemoryStore(world, { retention: { messages: 10_000, ageMs: 30 * 24 * 3_600_000 } });
  const logs: Record<string, unknown>[] = [];
  const heard: (RoomEvent | Announcement)[] = [];
  const settings = {
    server: { id: "chat-0", version: "1.2.3", commit: "abc1234", colour: "green" },
    node: options.settings?.node,
    allowedOrigins: [origin],
    loadDemos: options.settings?.loadDemos ?? false,
  };
  const log = createLog({ logLevel: "debug", ...settings }, { write: (line) => logs.push(JSON.parse(line)) });
  const announce = (event: Announcement) => store.announce(event);
  const monotonic = () => performance.now();
  const bans = createBans({ leases: store.leases, announce, now: monotonic, log });
  store.listen({
    event(event) {
      heard.push(event);
      if (event.type === "bans") bans.refresh();
    },
    interrupted() {},
  });
  const tokens = createTokens({ keys, lifetimeMs: 24 * 3_600_000, now });
  const metrics = createMetrics({ version: "1.2.3", commit: "abc1234" });
  let draining = false;
  const parts: HttpParts = {
    settings,
    readAddress: createAddressReader(options.settings?.trustedProxies ?? []),
    requests: createRateLimiter(rates.requests ?? plenty, monotonic),
    newNames: createRateLimiter(rates.newNames ?? plenty, monotonic),
    store,
    tokens,
    names: createNames(store.leases),
    bans,
    readPresence: (room) => readPresence(store.leases, room),
    // What the threads do is a test of its own.
    loadDemos: { run: async () => 1 as never },
    page: undefined,
    draining: () => draining,
    now,
    log,
    metrics,
  };
  const server = createPublicServer(createHttpApp({ ...parts, ...options.parts?.(parts) }));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await bans.start(options.watcher ?? { addressesOf: () => [], changed() {} });
  onTestFinished(async () => {
    bans.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await store.close();
  });

  return {
    url,
    store,
    bans,
    tokens,
    metrics,
    logs,
    heard,
    drain() {
      draining = true;
    },
    async ask(method, path, { token, body, headers } = {}) {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = response.headers.get("content-type")?.startsWith("application/json") ?? false;
      return {
        status: response.status,
        headers: response.headers,
        body: isJson && text !== "" ? JSON.parse(text) : text,
      };
    },
    async createUser(role = "member", name = "Ada") {
      const user = { id: createUserId(), name };
      const { token } = await tokens.sign(user, role);
      return { user, token };
    },
  };
}

/** The answer to one request whose head is written by hand. */
async function askRaw(app: Pick<HttpApp, "url">, head: string, body: string): Promise<string> {
  const { hostname, port } = new URL(app.url);
  const socket = connect(Number(port), hostname);
  socket.write(`${head}\r\nhost: ${hostname}\r\nconnection: close\r\n\r\n${body}`);
  let answer = "";
  for await (const chunk of socket.setEncoding("utf8")) answer += chunk;
  return answer;
}

export const statusOf = async (app: Pick<HttpApp, "url">, head: string): Promise<number> =>
  Number((await askRaw(app, head, "")).split(" ")[1]);

export async function bodyOf(app: Pick<HttpApp, "url">, head: string, body = ""): Promise<unknown> {
  const answer = await askRaw(app, head, body);
  return JSON.parse(answer.slice(answer.indexOf("\r\n\r\n") + 4));
}
