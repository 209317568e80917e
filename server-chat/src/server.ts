import type { Server } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { createAdminServer } from "./admin/admin-server.ts";
import type { Settings } from "./config.ts";
import { type DrainStep, drain } from "./drain.ts";
import { createAddressReader } from "./http/address.ts";
import { createHttpApp } from "./http/app.ts";
import type { Page } from "./http/page.ts";
import { createBans } from "./identity/bans.ts";
import type { Keys } from "./identity/keys.ts";
import { createNames } from "./identity/names.ts";
import { createTokens } from "./identity/tokens.ts";
import { createLoadDemos } from "./load-demo/load-demos.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import { readPresence } from "./presence/presence.ts";
import { createPublicServer } from "./public-server.ts";
import { createRateLimiter } from "./rate-limit.ts";
import { createReadiness, type Readiness, sampleEveryMs } from "./readiness.ts";
import type { Store } from "./store/store.ts";
import { Engine } from "./ws/engine.ts";

const sweepEveryMs = 60_000;

/** Any replica may do it, and nobody waits for it. */
const retainEveryMs = 600_000;

/** How the time between SIGTERM and the exit is shared out. */
export const drainTimes = {
  /** Traefik learns of a pod that leaves at the same time as the pod itself, and goes on sending people for a moment. */
  serveMs: 3_000,
  /** Clients that are sent away at once fall upon the other replicas at once: 4 ms each are 250 handshakes a second. */
  spreadPerClientMs: 4,
  mostSpreadMs: 8_000,
  /** For acknowledgements that are due when a client's time has come, and again for its answer to the close. */
  graceMs: 3_000,
  requestsMs: 2_000,
  storeMs: 3_000,
} as const;

export interface ChatServer {
  /** Opens both ports; Redis is waited for behind them. */
  listen(): Promise<void>;
  /** Takes leave of everybody, then ends. */
  drain(): Promise<void>;
}

/** One replica, wired: the only place where the parts know of each other. */
export function createChatServer(parts: {
  readonly settings: Settings;
  readonly store: Store;
  readonly keys: Keys;
  readonly page: Page | undefined;
  readonly log: Log;
  readonly metrics: Metrics;
}): ChatServer {
  const { settings, store, keys, log, metrics } = parts;
  const monotonic = () => performance.now();

  const tokens = createTokens({ keys, lifetimeMs: settings.tokenLifetimeMs, now: Date.now });
  const names = createNames(store.leases);
  const bans = createBans({ leases: store.leases, announce: store.announce, now: monotonic, log });
  const readAddress = createAddressReader(settings.trustedProxies);
  const newNames = createRateLimiter(settings.rates.sessionsPerAddress, monotonic);
  const requests = createRateLimiter(settings.rates.requestsPerAddress, monotonic);
  const shared = { settings, store, tokens, names, bans, readAddress, log, metrics };

  const engine = new Engine({ ...shared, clock: Date.now, random: Math.random });
  const app = createHttpApp({
    ...shared,
    newNames,
    requests,
    loadDemos: createLoadDemos(),
    page: parts.page,
    readPresence: (room) => readPresence(store.leases, room),
    draining: () => engine.draining,
    now: Date.now,
  });
  const people = createPublicServer(app).on("upgrade", engine.upgrade);
  const readiness = createReadiness({
    store: store.status,
    missingKeys: keys.missing,
    bansAreRead: () => bans.areRead,
    now: monotonic,
  });
  const admin = createAdminServer({ readiness, metrics, log });

  const sweep = () => {
    for (const limiter of [newNames, requests]) limiter.sweep();
  };
  const timers = [
    setInterval(observeReadiness(readiness, metrics, log), sampleEveryMs),
    setInterval(() => retain(store, log), retainEveryMs),
    setInterval(sweep, sweepEveryMs),
  ];

  return {
    async listen() {
      await bans.start(engine);
      await Promise.all([listen(people, settings.port, log), listen(admin, settings.adminPort, log)]);
      log.info({ port: settings.port, adminPort: settings.adminPort }, "listening");
    },
    async drain() {
      readiness.drain();
      engine.draining = true;
      const startedAt = monotonic();
      timers.push(setInterval(() => metrics.drainSeconds.set((monotonic() - startedAt) / 1_000), sampleEveryMs));
      // In memory there is no other replica that could take over meanwhile.
      const serveMs = settings.redis === undefined ? 0 : drainTimes.serveMs;
      await drain(planDrain({ serveMs, engine, people, store }), log);
      for (const timer of timers) clearInterval(timer);
      bans.close();
      for (const server of [people, admin]) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
}

/** Probes keep no history: when people were sent elsewhere, and why, is found in the log. */
function observeReadiness(readiness: Readiness, metrics: Metrics, log: Log): () => void {
  let wasReady = false;
  return () => {
    const state = readiness.sample();
    metrics.ready.set(state.ready ? 1 : 0);
    if (state.ready === wasReady) return;
    wasReady = state.ready;
    if (state.ready) log.info("ready");
    else log.warn({ reason: state.reason }, "not ready");
  };
}

/** Redis comes last: until then acknowledgements are still written, and the leases of presence taken back. */
export function planDrain(parts: {
  readonly serveMs: number;
  readonly engine: Pick<Engine, "connections" | "leave" | "close">;
  readonly people: Pick<Server, "close">;
  readonly store: Pick<Store, "close">;
}): readonly DrainStep[] {
  const { serveMs, engine, people, store } = parts;
  const { spreadPerClientMs, mostSpreadMs, graceMs, requestsMs, storeMs } = drainTimes;
  const leave = () =>
    engine.leave({ spreadMs: Math.min(mostSpreadMs, engine.connections * spreadPerClientMs), graceMs });
  const closePeople = () =>
    new Promise<void>((resolve) => {
      people.close(() => resolve());
    });
  return [
    { name: "serve", boundMs: serveMs + 500, run: () => pause(serveMs) },
    { name: "clients", boundMs: mostSpreadMs + 2 * graceMs + 1_000, run: leave },
    { name: "requests", boundMs: requestsMs, run: closePeople },
    { name: "store", boundMs: storeMs, run: () => engine.close().then(() => store.close()) },
  ];
}

async function retain(store: Store, log: Log): Promise<void> {
  try {
    await store.retain();
  } catch (error) {
    log.warn({ problem: (error as Error).message }, "old messages could not be dropped; the next attempt will do it");
  }
}

/**
 * Connections that the kernel keeps until they are accepted. Node's 511 overflow when a replica's clients come back at
 * once, and whoever is dropped waits a second before the next attempt. The kernel bounds it by net.core.somaxconn.
 */
const backlog = 4_096;

function listen(server: Server, port: number, log: Log): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, backlog }, () => {
      server.off("error", reject);
      server.on("error", (error) => log.error({ err: error, port }, "a connection was not accepted"));
      resolve();
    });
  });
}
