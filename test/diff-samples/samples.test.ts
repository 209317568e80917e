import { expect, test } from "vitest";
import { comparePlatforms } from "../../reports/diff/compare-platforms.ts";
import { riskRules } from "../../reports/diff/risks.ts";
import { filesOf } from "./sample.ts";
import { samples } from "./samples.ts";

const sides = { before: "before", after: "after" };

// A reviewer who is warned of nothing reads no warning; one who is not warned of an outage has one.
test.each(samples.map((sample) => [sample.name, sample] as const))("%s", (_, sample) => {
  const changes = comparePlatforms(filesOf(sample), sides);
  const found = new Set(changes.flatMap(({ risks }) => risks.map(({ id }) => id)));
  expect(changes).not.toEqual([]);
  expect([...found].sort()).toEqual(sample.risks.toSorted());
});

test("there are thirty samples, and every risk is in one of them", () => {
  expect(samples).toHaveLength(30);
  expect(new Set(samples.flatMap(({ risks }) => risks))).toEqual(new Set(riskRules.map(({ id }) => id)));
});
