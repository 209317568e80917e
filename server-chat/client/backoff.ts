/** How long to wait between attempts, in ms. */
export interface BackoffSettings {
  readonly minMs: number;
  readonly maxMs: number;
}

/**
 * The wait before attempt number `attempt` (0 is the first after a failure): anywhere between the minimum and a bound
 * that doubles with every attempt. Full jitter, so that the clients of a node that died do not come back in step.
 */
export function backoffMs(attempt: number, { minMs, maxMs }: BackoffSettings, random: () => number): number {
  const boundMs = Math.max(minMs, Math.min(maxMs, minMs * 2 ** (attempt + 1)));
  return minMs + random() * (boundMs - minMs);
}
