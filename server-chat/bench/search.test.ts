import fc from "fast-check";
import { expect, test } from "vitest";
import { searchHighest } from "./search.ts";

test("the rate that is found is held, and a twentieth more is not", async () => {
  await fc.assert(
    fc.asyncProperty(fc.double({ min: 40, max: 250, noNaN: true }), async (limit) => {
      const found = await searchHighest(100, async (rate) => rate <= limit);
      expect(found).toBeLessThanOrEqual(limit);
      expect(found * 1.06).toBeGreaterThan(limit);
    }),
  );
});

test("a server that holds nothing has no rate, and the search ends", async () => {
  expect(await searchHighest(100, async () => false)).toBe(0);
  expect(await searchHighest(100, async () => true)).toBeGreaterThan(400);
});
