import { expect, test } from "vitest";
import type { Bar } from "./cells/cell.ts";
import { judge, ratioOf } from "./verdict.ts";

const line = (ours: readonly number[], peer: readonly number[] | undefined, bar?: Bar) => ({
  name: "a figure",
  unit: "ms",
  ours,
  ...(peer && { peer }),
  ...(bar && { bar }),
});

// The peer of the same round had the same machine: a slow round moves no verdict.
test("ratios are of the same round, and the middle one counts", () => {
  const figures = line([7, 70, 9], [10, 100, 10], { ratio: "at most", limit: 0.75 });
  expect(ratioOf(figures)).toBe(0.7);
  expect(judge(figures, false)).toBe("kept");
  expect(judge(line([8, 80, 7], [10, 100, 10], { ratio: "at most", limit: 0.75 }), false)).toBe("MISSED");
  expect(judge(line([6], [1], { ratio: "at least", limit: 6 }), false)).toBe("kept");
});

test("a limit on ours is on the median, or on every round where one bad round is one too many", () => {
  expect(judge(line([1, 49, 60], undefined, { median: "under", limit: 50 }), false)).toBe("kept");
  expect(judge(line([1, 50, 60], undefined, { median: "under", limit: 50 }), false)).toBe("MISSED");
  expect(judge(line([0, 0, 1], undefined, { every: "exactly", limit: 0 }), false)).toBe("MISSED");
});

test("no figure keeps no promise", () => {
  expect(judge(line([Number.NaN], undefined, { median: "at most", limit: 2 }), false)).toBe("MISSED");
  expect(judge(line([], undefined, { median: "at most", limit: 2 }), false)).toBe("void");
  expect(judge(line([1], undefined, { median: "at most", limit: 2 }), true)).toBe("void");
  expect(judge(line([1], undefined), true)).toBe("");
});
