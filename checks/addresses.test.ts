import { expect, test } from "vitest";
import { parseCidr } from "../config/cidr.ts";
import { covered, publicRanges, rangesOf, subtract } from "./addresses.ts";

function range(cidr: string) {
  const parsed = parseCidr(cidr);
  if (!parsed) throw new Error(`${cidr} is no network`);
  return parsed;
}

test("two halves cover their whole, and a hole does not", () => {
  expect(covered(range("10.0.0.0/24"), [range("10.0.0.0/25"), range("10.0.0.128/25")])).toBe(true);
  expect(covered(range("10.0.0.0/24"), subtract(rangesOf("10.0.0.0/8"), ["10.0.0.7/32"]))).toBe(false);
});

test("a block that is taken out does not touch its neighbours", () => {
  const left = subtract(rangesOf("10.0.0.0/30"), ["10.0.0.1/32", "192.168.0.0/16"]);
  expect(left).toEqual([range("10.0.0.0/32"), range("10.0.0.2/31")]);
});

// A policy that opens the internet leaves them out, and must not be blamed for it.
test.each(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.169.254/32", "127.0.0.1/32"])(
  "%s is not public",
  (cidr) => {
    expect(publicRanges.some((one) => covered(range(cidr), [one]))).toBe(false);
  },
);

test.each(["1.1.1.1/32", "8.8.8.8/32", "172.15.255.255/32", "172.32.0.0/32", "223.255.255.255/32"])(
  "%s is public",
  (cidr) => {
    expect(covered(range(cidr), publicRanges)).toBe(true);
  },
);
