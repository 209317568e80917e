import type { Rate } from "./config.ts";

export interface RateLimiter {
  /** Takes one token from the key's bucket. @returns 0, or after how many ms there is one */
  take(key: string): number;
  /** Undoes a take: what it was for did not happen. */
  giveBack(key: string): void;
  /** Forgets full buckets; call it now and then. */
  sweep(): void;
}

/** Whoever comes from more keys than this at once gets fresh buckets, which is better than a memory that grows. */
export const maxKeys = 100_000;

/** The smallest rate that the settings can express; a bucket that is never refilled could not name a time to retry. */
const leastPerSecond = 0.001;

/** A third of a second three times is not quite a second in binary. */
const roundingMs = 0.001;

/**
 * Token buckets in this process, one a key. A bucket is one number: the time at which it is full again.
 *
 * @param clock in ms; a monotonic one, or a clock that is set back would lock people out
 */
export function createRateLimiter({ burst, perSecond }: Rate, clock: () => number): RateLimiter {
  const tokenMs = 1_000 / Math.max(perSecond, leastPerSecond);
  const fullAtByKey = new Map<string, number>();
  return {
    take(key) {
      const now = clock();
      const fullAt = Math.max(now, fullAtByKey.get(key) ?? now) + tokenMs;
      const waitMs = fullAt - now - burst * tokenMs;
      if (waitMs > roundingMs) return Math.ceil(waitMs);
      fullAtByKey.set(key, fullAt);
      if (fullAtByKey.size > maxKeys) forgetOldest(fullAtByKey);
      return 0;
    },
    giveBack(key) {
      const fullAt = fullAtByKey.get(key);
      if (fullAt !== undefined) fullAtByKey.set(key, fullAt - tokenMs);
    },
    sweep() {
      const now = clock();
      for (const [key, fullAt] of fullAtByKey) if (fullAt <= now) fullAtByKey.delete(key);
    },
  };
}

/** A Map keeps the order of insertion. */
function forgetOldest(map: Map<string, number>): void {
  for (const key of map.keys()) {
    map.delete(key);
    return;
  }
}
