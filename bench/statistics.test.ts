import { expect, test } from "vitest";
import { median, medianStages, ratios, spread } from "./statistics.ts";

// One run in which the machine was busy must not move the figure that is quoted.
test("one slow run moves the mean but not the median", () => {
  expect(median([0.5, 0.4, 30])).toBe(0.5);
  expect(median([30, 0.4, 0.5, 0.6])).toBe(0.55);
  expect(median([7])).toBe(7);
  expect(() => median([])).toThrow(RangeError);
});

test("the ends of a spread are measured values", () => {
  expect(spread([3, 1, 2])).toEqual({ median: 2, lowest: 1, highest: 3 });
});

// A machine that slows down half-way slows both sides of a pair: the ratio stays.
test("ratios compare what ran in the same pair", () => {
  expect(ratios([4, 8, 40], [1, 2, 10])).toEqual([4, 4, 4]);
  expect(() => ratios([1, 2], [1])).toThrow(RangeError);
});

// Adding up medians of different runs is what the table of stages shows: each stage on its own.
test("every stage has its own median", () => {
  const run = (renderMs: number, checkMs: number) => [
    { name: "render", durationMs: renderMs },
    { name: "check", durationMs: checkMs },
  ];
  expect(medianStages([run(1, 30), run(3, 10), run(2, 20)])).toEqual(run(2, 20));
});
