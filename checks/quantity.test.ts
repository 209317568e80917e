import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalQuantity, exceeds, parseQuantity } from "./quantity.ts";

test.each([
  ["250m", 0.25],
  ["2", 2],
  [2, 2],
  ["1.5", 1.5],
  [".5", 0.5],
  ["1Gi", 1024 ** 3],
  ["100M", 100_000_000],
  ["1e3", 1000],
  ["12E6", 12_000_000],
  ["1E", 1e18],
])("%s is %d", (text, value) => {
  expect(parseQuantity(text)).toBe(value);
});

test.each(["", "1 Gi", "1gi", "1KB", "--1", "one", "1Gi2"])("%j is no quantity", (text) => {
  expect(parseQuantity(text)).toBeUndefined();
  expect(canonicalQuantity(text)).toBeUndefined();
});

// What `kubectl get -o yaml` shows after each of them was applied.
test.each([
  ["1000m", "1"],
  ["0.5", "500m"],
  ["1500m", "1500m"],
  ["0.1", "100m"],
  ["3072Mi", "3Gi"],
  ["1.5Gi", "1536Mi"],
  ["1000Mi", "1000Mi"],
  ["1000k", "1M"],
  ["1024", "1024"],
  ["0Gi", "0"],
])("the API server writes %s as %s", (text, canonical) => {
  expect(canonicalQuantity(text)).toBe(canonical);
});

// Otherwise the remedy that a finding names would be refused again, or change the amount.
test("the canonical form is stable and means the same", () => {
  const suffix = fc.constantFrom("m", "", "k", "M", "G", "Ki", "Mi", "Gi");
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), suffix, (count, unit) => {
      const canonical = canonicalQuantity(`${count}${unit}`) ?? "";
      expect(parseQuantity(canonical)).toBeCloseTo(parseQuantity(`${count}${unit}`) ?? 0, 6);
      expect(canonicalQuantity(canonical)).toBe(canonical);
    }),
  );
});

test("a sum of thousandths may be as large as its bound", () => {
  const sum = 0.1 + 0.2;
  expect(sum > 0.3).toBe(true);
  expect(exceeds(sum, 0.3)).toBe(false);
  expect(exceeds(0.301, 0.3)).toBe(true);
});
