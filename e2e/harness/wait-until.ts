import { setTimeout as sleep } from "node:timers/promises";

const pauseMs = 150;

/**
 * Asks `probe` until it returns something, and returns that. After `timeoutMs` it throws with `diagnose`'s text, so that
 * a failed run says what the cluster was doing.
 */
export async function waitUntil<T>(
  what: string,
  probe: () => Promise<T | undefined | false>,
  { timeoutMs, diagnose }: { readonly timeoutMs: number; readonly diagnose: () => Promise<string> },
): Promise<T> {
  const endMs = performance.now() + timeoutMs;
  for (;;) {
    const result = await probe();
    if (result !== undefined && result !== false) return result;
    if (performance.now() > endMs) throw new Error(`Not within ${timeoutMs / 1000} s: ${what}.\n${await diagnose()}`);
    await sleep(pauseMs);
  }
}
