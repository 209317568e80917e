import { expect, test } from "vitest";
import { backOffMs } from "./back-off.ts";

test("the longest wait doubles with every attempt, and each is anything below it", () => {
  expect([1, 2, 3, 4].map((attempt) => backOffMs(attempt, 1))).toEqual([1_000, 2_000, 4_000, 8_000]);
  expect([0, 0.25, 0.5].map((chance) => backOffMs(3, chance))).toEqual([0, 1_000, 2_000]);
});
