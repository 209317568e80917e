import { expect, test } from "vitest";
import type { CellResult } from "./cells/cell.ts";
import { allKept, formatCell, formatSummary } from "./report.ts";

const kept: CellResult = {
  title: "a cell",
  lines: [
    { name: "CPU", unit: "us", ours: [6, 60, 7], peer: [10, 100, 10], bar: { ratio: "at most", limit: 0.75 } },
    { name: "p50", unit: "ms", ours: [1, 2, 3] },
  ],
  voids: [],
  notes: [],
};

test("a line has both medians, their ratio, the bar and the verdict", () => {
  const text = formatCell(kept);
  expect(text).toMatch(/CPU +us +7 +10 +0\.60 +ratio at most 0\.75 +kept\n/);
  expect(text).toMatch(/p50 +ms +2\n/);
});

test("a promise about every round shows the worst one", () => {
  const line = { name: "failed", unit: "", ours: [0, 12, 0], bar: { every: "exactly", limit: 0 } } as const;
  expect(formatCell({ ...kept, lines: [line] })).toMatch(/failed +12 .*MISSED/);
});

// Figures of a void run are printed, because they tell what went wrong, and promise nothing.
test("a void cell keeps nothing, and says why", () => {
  const broken = { ...kept, voids: ["round 1, ours: 3 connections failed"] };
  expect(formatCell(broken)).toMatch(/CPU .* void\n/);
  expect(formatCell(broken)).toContain("void: round 1, ours: 3 connections failed");
  expect(allKept([broken])).toBe(false);
  expect(formatSummary([kept, broken])).toBe("1 kept, 0 missed, 1 void\n");
});

test("only what was promised and kept is a success", () => {
  expect(allKept([kept])).toBe(true);
  expect(allKept([])).toBe(false);
  expect(allKept([{ ...kept, lines: kept.lines.slice(1) }])).toBe(false);
});
