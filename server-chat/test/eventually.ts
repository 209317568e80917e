import { expect } from "vitest";

/** Asks again until the expectation holds: for what takes as long as a busy machine needs. */
export const eventually = <T>(probe: () => T) => expect.poll(probe, { timeout: 30_000, interval: 20 });
