import { expect, test } from "vitest";
import { parseGoDuration } from "./duration.ts";

test.each([
  ["15s", 15_000],
  ["1m30s", 90_000],
  ["1.5h", 5_400_000],
  ["300ms", 300],
  ["0", 0],
  ["-10s", -10_000],
])("%s takes %d ms", (text, durationMs) => {
  expect(parseGoDuration(text)).toBe(durationMs);
});

// time.ParseDuration refuses them, and Hetzner's controller then fails every reconciliation.
test.each(["15", "", "s", "1 m", "1d", "10sec", "1m30"])("Go refuses %j", (text) => {
  expect(parseGoDuration(text)).toBeUndefined();
});
