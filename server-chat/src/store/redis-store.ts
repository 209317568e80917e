import { randomBytes } from "node:crypto";
import type { RedisSettings } from "../config.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import { limits } from "../protocol/limits.ts";
import { formatAnnouncement } from "./bus-events.ts";
import { createRedisBus } from "./redis-bus.ts";
import { connectData, connectSubscriber, type RedisClient } from "./redis-clients.ts";
import { createCommands } from "./redis-commands.ts";
import { createRedisHistory } from "./redis-history.ts";
import { canaryKey, nodeChannel, nodesChannel, roomChannel } from "./redis-keys.ts";
import { createRedisLeases } from "./redis-leases.ts";
import { createLink, describe } from "./redis-link.ts";
import { createProbe } from "./redis-probe.ts";
import { retain } from "./redis-retain.ts";
import { inspectServers } from "./redis-server-check.ts";
import { defaultTiming, type RedisTiming } from "./redis-timing.ts";
import { type Retention, type Store, StoreError } from "./store.ts";

export interface RedisStoreParts {
  readonly retention: Retention;
  readonly log: Log;
  readonly metrics?: Pick<Metrics, "storeSeconds">;
  readonly timing?: RedisTiming;
  readonly random?: () => number;
}

/** A Redis that is nearly full would take a small canary and refuse a long message. */
const ballast = "x".repeat(limits.frameBytes);

/**
 * The store of several nodes, on one Redis, behind sentinels or on a cluster. Returns at once and connects behind: a
 * server that starts before its Redis waits for it, and `status` tells. Every call is answered or rejected in bounded
 * time.
 */
export function connectRedisStore(
  settings: RedisSettings,
  { retention, log, metrics, timing = defaultTiming, random = Math.random }: RedisStoreParts,
): Store {
  const node = randomBytes(8).toString("hex");
  const warned = new Set<string>();

  const data = createLink<RedisClient>({
    name: "data",
    connect: () => connectData(settings, timing),
    prepare: (client) => inspectServers(client, warn),
    usable: () => probe.wake(),
    log,
    timing,
    random,
  });
  const { run, command, finish } = createCommands(data, metrics);
  const bus = createRedisBus({
    node,
    connect: () => connectSubscriber(settings, timing, random),
    usable: () => probe.wake(),
    heard: (token) => probe.heard(token),
    log,
    timing,
    random,
  });
  const probe = createProbe({
    send: async (token) => {
      await run("canary", [canaryKey(node)], [token, nodeChannel(node), ballast]);
    },
    session: bus.session,
    deaf: () => bus.drop(new StoreError("refused", "bus", { cause: new Error("the subscriber hears nothing") })),
    probeMs: timing.probeMs,
    now: () => performance.now(),
  });

  function warn(words: string): void {
    if (warned.has(words)) return;
    warned.add(words);
    log.error(words);
  }

  return {
    ...createRedisHistory(run, command, retention),
    leases: createRedisLeases(run, settings.mode !== "cluster"),
    retain: () => retain({ run, command, retention, isUsed: bus.has }),
    subscribe: bus.subscribe,
    unsubscribe: bus.unsubscribe,
    listen: bus.listen,
    async announce(event) {
      const channel = event.room === undefined ? nodesChannel : roomChannel(event.room);
      await command("announce", (client) => client.publish(channel, formatAnnouncement(event)));
    },
    status() {
      const problem = data.problem() ?? bus.problem() ?? probe.problem();
      return problem === undefined ? { ready: true } : { ready: false, reason: describe(problem) };
    },
    async close() {
      probe.close();
      await finish(timing.commandMs);
      bus.close();
      data.close();
    },
  };
}
