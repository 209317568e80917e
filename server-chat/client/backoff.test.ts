import fc from "fast-check";
import { expect, test } from "vitest";
import { backoffMs } from "./backoff.ts";

const settings = fc
  .record({ minMs: fc.integer({ min: 1, max: 5_000 }), moreMs: fc.integer({ min: 0, max: 60_000 }) })
  .map(({ minMs, moreMs }) => ({ minMs, maxMs: minMs + moreMs }));
const dice = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

// Below the minimum a client that cannot be let in turns into a flood; above the maximum a person waits for nothing.
test("every wait lies between the minimum and the maximum, however often it failed", () => {
  fc.assert(
    fc.property(settings, fc.nat(2_000), dice, ({ minMs, maxMs }, attempt, roll) => {
      const waitMs = backoffMs(attempt, { minMs, maxMs }, () => roll);
      expect(waitMs).toBeGreaterThanOrEqual(minMs);
      expect(waitMs).toBeLessThanOrEqual(maxMs);
    }),
  );
});

test("the longest possible wait doubles until it is the maximum", () => {
  const longest = (attempt: number) => backoffMs(attempt, { minMs: 200, maxMs: 5_000 }, () => 1);
  expect([0, 1, 2, 3, 4, 5].map(longest)).toEqual([400, 800, 1_600, 3_200, 5_000, 5_000]);
});

// Full jitter: the clients of a node that died must not come back at one moment.
test("waits are spread over the whole range", () => {
  const at = (roll: number) => backoffMs(4, { minMs: 200, maxMs: 5_000 }, () => roll);
  expect([at(0), at(0.25), at(0.5), at(0.75)]).toEqual([200, 1_400, 2_600, 3_800]);
});
