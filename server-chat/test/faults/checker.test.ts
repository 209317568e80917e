import fc from "fast-check";
import { expect, test } from "vitest";
import { allProperties, checkHistory } from "./checker.ts";
import { type Corruption, corruptions } from "./corruptions.ts";
import type { History } from "./history.ts";
import { createRandom } from "./random.ts";
import { type Defect, simulateChat } from "./simulated-chat.ts";
import type { Property } from "./verdict.ts";

const seeds = fc.integer({ min: 0, max: 2 ** 31 });

const broken = (history: History): readonly Property[] =>
  checkHistory(history)
    .filter(({ findings }) => findings.length > 0)
    .map(({ property }) => property);

// A checker that cries wolf is switched off.
test("a correct chat keeps all properties", () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      expect(broken(simulateChat(createRandom(seed)).history)).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

// The suite's word is worth what its checker notices: each violation of a promise must be seen as that violation.
const defects: Record<Defect, readonly Property[]> = {
  loses: [1],
  doubles: [3, 4],
  reorders: [7],
  hides: [5, 6],
  reuses: [5, 6],
};

test.each(Object.entries(defects) as [Defect, readonly Property[]][])(
  "a store that %s is caught",
  (defect, expected) => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { history, misbehaved } = simulateChat(createRandom(seed), defect);
        fc.pre(misbehaved);
        const found = broken(history);
        expect(expected.some((property) => found.includes(property))).toBe(true);
      }),
      { numRuns: 30 },
    );
  },
);

test.each(corruptions.map((one) => [one.what, one] as const))(
  "%s is caught",
  (_what, { breaks, corrupt }: Corruption) => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const random = createRandom(seed);
        const { history } = simulateChat(random);
        expect(broken(corrupt(history, random))).toContain(breaks);
      }),
      { numRuns: 30 },
    );
  },
);

test("every property has a corruption that breaks it", () => {
  const covered = new Set(corruptions.map(({ breaks }) => breaks));
  expect(allProperties.filter((property) => !covered.has(property))).toEqual([]);
});

// A run in which nothing happened proves nothing, and must not look like one that went well.
test("an empty history is no proof of anything", () => {
  const empty: History = {
    events: [],
    finals: [],
    readers: [],
    rollbacks: [],
    retention: 1,
    bans: [],
    presence: [],
    catchUps: [],
    memory: [],
  };
  expect(broken(empty)).toEqual(allProperties);
});
