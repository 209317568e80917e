import { setTimeout as pause } from "node:timers/promises";

/** Asks again and again; false if the answer was not yes within the bound. */
export async function waitUntil(probe: () => boolean | Promise<boolean>, boundMs: number): Promise<boolean> {
  const deadline = performance.now() + boundMs;
  while (!(await probe())) {
    if (performance.now() > deadline) return false;
    await pause(20);
  }
  return true;
}
