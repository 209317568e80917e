import fc from "fast-check";
import { expect, test } from "vitest";
import { Histogram } from "./histogram.ts";

const durations = fc.array(fc.double({ min: 0.001, max: 60_000, noNaN: true }), { minLength: 1, maxLength: 200 });

function histogramOf(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

// The bars are on percentiles: a bucket must never show less than what was measured, nor much more.
test("a percentile is the measured value or at most 1 % above it", () => {
  fc.assert(
    fc.property(durations, fc.constantFrom(0.5, 0.99, 1), (values, share) => {
      const sorted = [...values].sort((a, b) => a - b);
      const exact = sorted[Math.ceil(share * sorted.length) - 1] as number;
      const shown = histogramOf(values).percentileMs(share);
      expect(shown).toBeGreaterThanOrEqual(exact * (1 - 1e-9));
      expect(shown).toBeLessThanOrEqual(exact * 1.01);
    }),
  );
});

test("percentiles over parts are percentiles of all their samples", () => {
  const quick = histogramOf(Array.from({ length: 99 }, () => 1));
  const slow = histogramOf([100, 100]);
  const all = histogramOf([]);
  all.add(quick);
  all.add(slow);
  expect(all.total).toBe(101);
  expect(all.percentileMs(0.99)).toBe(100);
  expect(all.percentileMs(0.5)).toBeCloseTo(1, 2);
});

test("without samples there is no percentile", () => {
  expect(new Histogram().percentileMs(0.5)).toBeNaN();
});
