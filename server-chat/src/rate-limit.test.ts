import fc from "fast-check";
import { expect, test } from "vitest";
import { createRateLimiter, maxKeys } from "./rate-limit.ts";

const rate = { burst: 3, perSecond: 2 };

function limiter(from: typeof rate = rate) {
  let nowMs = 5_000;
  return { ...createRateLimiter(from, () => nowMs), pass: (ms: number) => (nowMs += ms) };
}

test("the burst goes at once, then one token every 1/perSecond", () => {
  const { take, pass } = limiter();
  expect([1, 2, 3].map(() => take("ada"))).toEqual([0, 0, 0]);
  expect(take("ada")).toBe(500);
  pass(499);
  expect(take("ada")).toBe(1);
  pass(1);
  expect(take("ada")).toBe(0);
  expect(take("ada")).toBe(500);
});

// Somebody who retries too early would otherwise push the moment away for ever.
test("a refusal costs nothing", () => {
  const { take, pass } = limiter();
  for (let i = 0; i < 20; i++) take("ada");
  pass(500);
  expect(take("ada")).toBe(0);
});

test("what is given back can be taken again, and no more", () => {
  const { take, giveBack } = limiter();
  for (let i = 0; i < 3; i++) take("ada");
  giveBack("ada");
  expect([take("ada"), take("ada")]).toEqual([0, 500]);
  giveBack("bob");
  expect([1, 2, 3, 4].map(() => take("bob"))).toEqual([0, 0, 0, 500]);
});

test("one key's haste is not another's", () => {
  const { take } = limiter();
  for (let i = 0; i < 4; i++) take("ada");
  expect(take("bob")).toBe(0);
});

test("a bucket that is full again is forgotten, one that is not is kept", () => {
  const { take, pass, sweep } = limiter();
  for (let i = 0; i < 3; i++) take("ada");
  pass(1_000);
  sweep();
  expect([take("ada"), take("ada"), take("ada")]).toEqual([0, 0, 500]);
  pass(1_500);
  sweep();
  expect([1, 2, 3].map(() => take("ada"))).toEqual([0, 0, 0]);
});

// An address costs an attacker with an IPv6 network nothing.
test("keys are bounded", () => {
  const { take } = limiter();
  for (let i = 0; i < 3; i++) take("oldest");
  expect(take("oldest")).toBeGreaterThan(0);
  for (let i = 0; i < maxKeys; i++) take(`key ${i}`);
  expect(take("oldest")).toBe(0);
});

test("a rate of nothing refuses with a finite time to retry", () => {
  expect(limiter({ burst: 0, perSecond: 0 }).take("ada")).toBeGreaterThan(0);
  const { take } = limiter({ burst: 1, perSecond: 0 });
  expect(take("ada")).toBe(0);
  expect(take("ada")).toBeLessThan(Number.MAX_SAFE_INTEGER);
});

test("never more than burst + perSecond x time, and whoever waits as told gets a token", () => {
  fc.assert(
    fc.property(
      fc.record({ burst: fc.integer({ min: 1, max: 20 }), perSecond: fc.integer({ min: 1, max: 50 }) }),
      fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 }),
      (from, pauses) => {
        const { take, pass } = limiter(from);
        let taken = 0;
        let passedMs = 0;
        for (const pauseMs of pauses) {
          passedMs += pauseMs;
          pass(pauseMs);
          if (take("ada") === 0) taken++;
          expect(taken).toBeLessThanOrEqual(from.burst + (from.perSecond * passedMs) / 1_000 + 1e-6);
        }
        let waitMs = take("ada");
        while (waitMs === 0) waitMs = take("ada");
        pass(waitMs);
        expect(take("ada")).toBe(0);
      },
    ),
  );
});
