import { setTimeout as pause } from "node:timers/promises";
import { type DestinationStream, pino } from "pino";
import type { RedisSettings } from "../src/config.ts";
import { connectRedisStore, type RedisStoreParts } from "../src/store/redis-store.ts";
import type { RedisTiming } from "../src/store/redis-timing.ts";
import type { Retention, Store } from "../src/store/store.ts";

const forever: Retention = { messages: 10_000, ageMs: 30 * 24 * 3_600_000 };

/** Bounds that are short enough for a test to wait for all of them. */
export const shortTiming: RedisTiming = {
  commandMs: 600,
  connectMs: 1_500,
  retryMs: { first: 20, most: 200 },
  probeMs: 200,
};

export interface OpenedStore {
  readonly store: Store;
  /** What was logged as a warning or worse. */
  readonly warnings: readonly string[];
}

/** A store that may not be connected yet. */
export function openStore(settings: RedisSettings, parts: Partial<RedisStoreParts> = {}): OpenedStore {
  const warnings: string[] = [];
  const stream: DestinationStream = { write: (line) => warnings.push(line) };
  const log = pino({ level: "warn" }, stream);
  return { store: connectRedisStore(settings, { retention: forever, log, ...parts }), warnings };
}

/** @throws Error with the reason if the store is not ready after half a minute */
export async function untilReady(store: Store): Promise<void> {
  const deadline = performance.now() + 30_000;
  for (let status = store.status(); !status.ready; status = store.status()) {
    if (performance.now() > deadline) throw new Error(`the store is not ready: ${status.reason}`);
    await pause(10);
  }
}
