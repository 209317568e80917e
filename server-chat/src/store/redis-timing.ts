/** Bounds and rhythms of the connections to Redis, in ms. */
export interface RedisTiming {
  /** A command that is not answered for this long has an unknown outcome, and its connection is given up. */
  readonly commandMs: number;
  /** To a connection that is checked and usable. */
  readonly connectMs: number;
  /** Between two attempts to connect: at first, and after many. Each is drawn between half of it and all of it. */
  readonly retryMs: { readonly first: number; readonly most: number };
  /** Between two canaries. One that did not come back by the next shows a subscriber that hears nothing. */
  readonly probeMs: number;
}

export const defaultTiming: RedisTiming = {
  commandMs: 3_000,
  connectMs: 5_000,
  retryMs: { first: 100, most: 2_000 },
  probeMs: 2_000,
};
