import { setTimeout as pause } from "node:timers/promises";
import type { Log } from "./log.ts";

/** One thing to do before the exit, and how long the ones after it wait for it. */
export interface DrainStep {
  readonly name: string;
  readonly boundMs: number;
  readonly run: () => Promise<void> | void;
}

/**
 * Leaves in order. A step that fails or takes too long is logged and left behind: Redis may be what is broken, and the
 * next replica waits for this one's place.
 */
export async function drain(steps: readonly DrainStep[], log: Log): Promise<void> {
  for (const step of steps) {
    const startedAt = performance.now();
    const problem = await attempt(step);
    const line = { step: step.name, ms: Math.round(performance.now() - startedAt) };
    if (problem === undefined) log.info(line, "a step of the drain is done");
    else log.warn({ ...line, err: problem }, "a step of the drain was left behind");
  }
}

async function attempt({ boundMs, run }: DrainStep): Promise<unknown> {
  const over = new AbortController();
  try {
    const tooLong = pause(boundMs, new Error(`not done after ${boundMs} ms`), { signal: over.signal, ref: true });
    const done = async () => run();
    return await Promise.race([done().then(() => undefined), tooLong]);
  } catch (error) {
    return error;
  } finally {
    over.abort();
  }
}
