import fc from "fast-check";
import { expect, test } from "vitest";
import { faultKinds } from "./kinds/fault-kinds.ts";
import { createRandom } from "./random.ts";
import { formatKept, planSteps, stepMs, untriedKinds } from "./schedule.ts";

const seeds = fc.integer({ min: 0, max: 2 ** 31 });
const names = Object.keys(faultKinds).sort();

test("the same seed gives the same run", () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const plan = () => planSteps(createRandom(seed), 300_000, faultKinds);
      expect(plan()).toEqual(plan());
    }),
  );
});

// CI has a minute; a kind that only longer runs see is a kind that no change is tested against.
test("a minute is enough for every kind of fault", () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const steps = planSteps(createRandom(seed), 60_000, faultKinds);
      const seen = steps.flatMap(({ main, companion }) => (companion === undefined ? [main] : [main, companion]));
      expect([...new Set(seen)].sort()).toEqual(names);
    }),
  );
});

// "Kept" after ten seconds says little about the faults that there was no time for.
test("a run that is too short names what it did not try", () => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: 10_000, max: 60_000 }), (seed, lengthMs) => {
      const steps = planSteps(createRandom(seed), lengthMs, faultKinds);
      const tried = steps.flatMap(({ main, companion }) => [main, companion]);
      const untried = untriedKinds(steps, faultKinds);
      expect([...untried].sort()).toEqual(names.filter((name) => !tried.some((one) => one === name)));
      const said = formatKept(untried);
      expect(names.filter((name) => said.split(/[ ,:]+/).includes(name))).toEqual([...untried].sort());
    }),
  );
  expect(untriedKinds(planSteps(createRandom(4), 10_000, faultKinds), faultKinds)).toContain("node-stop");
  expect(formatKept([])).toBe("kept");
});

test("a run takes about as long as it was given", () => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: 60_000, max: 1_200_000 }), (seed, lengthMs) => {
      const steps = planSteps(createRandom(seed), lengthMs, faultKinds);
      const plannedMs = steps.reduce((sum, step) => sum + stepMs(step, faultKinds), 0);
      expect(plannedMs).toBeLessThanOrEqual(lengthMs);
      expect(plannedMs).toBeGreaterThan(lengthMs * 0.75);
    }),
  );
});

// While a store is put back, an answer that is late would look like a message that was lost.
test("what must be alone has no companion", () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const steps = planSteps(createRandom(seed), 300_000, faultKinds);
      const alone = steps.filter(({ main }) => "alone" in faultKinds[main]);
      expect(alone.length).toBeGreaterThan(0);
      expect(alone.filter(({ companion }) => companion !== undefined)).toEqual([]);
    }),
  );
});
