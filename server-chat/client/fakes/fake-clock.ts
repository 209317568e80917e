import type { Clock } from "../surroundings.ts";

/** A clock that a test turns. */
export interface FakeClock extends Clock {
  /** Lets time pass; timers run in their order, and promises between them. */
  advance(ms: number): Promise<void>;
}

export function createFakeClock(): FakeClock {
  let nowMs = 1_000_000;
  const timers = new Map<() => void, number>();
  const settle = () => new Promise((resolve) => setImmediate(resolve));

  return {
    nowMs: () => nowMs,
    after(delayMs, callback) {
      const timer = () => callback();
      timers.set(timer, nowMs + delayMs);
      return () => timers.delete(timer);
    },
    async advance(ms) {
      const untilMs = nowMs + ms;
      await settle();
      for (;;) {
        // A stable sort: of two timers for one moment the older one runs first.
        const [next] = [...timers].filter(([, atMs]) => atMs <= untilMs).sort(([, a], [, b]) => a - b);
        if (next === undefined) break;
        const [timer, atMs] = next;
        timers.delete(timer);
        nowMs = Math.max(nowMs, atMs);
        timer();
        await settle();
      }
      nowMs = untilMs;
    },
  };
}
