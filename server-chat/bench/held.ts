import type { Flow } from "./load/commands.ts";

/** A backlog that grows by more than this share of what is due a second will not end. */
const growthLimit = 0.01;
const drainWithinMs = 1_000;

/** How fast the backlog grew, as a share of the deliveries that were due: the slope of a straight line through it. */
export function backlogGrowth({ backlog, backlogEveryMs, rate, clients }: Flow): number {
  const middle = (backlog.length - 1) / 2;
  const mean = backlog.reduce((sum, value) => sum + value, 0) / backlog.length;
  const covariance = backlog.reduce((sum, value, index) => sum + (index - middle) * (value - mean), 0);
  const variance = backlog.reduce((sum, _, index) => sum + (index - middle) ** 2, 0);
  return ((covariance / variance) * (1_000 / backlogEveryMs)) / (rate * clients);
}

/** The server took the rate as long as it lasted: its backlog did not grow, and was gone soon after the last message. */
export function isHeld(flow: Flow): boolean {
  return !flow.gaveUp && backlogGrowth(flow) <= growthLimit && flow.drainingMs <= drainWithinMs;
}
