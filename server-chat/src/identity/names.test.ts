import { expect, test } from "vitest";
import { nameHeldMs } from "../protocol/limits.ts";
import { createMemoryStore, createMemoryWorld } from "../store/memory-store.ts";
import { createNames } from "./names.ts";

function start() {
  let now = 1_000_000;
  const world = createMemoryWorld(() => now);
  const { leases } = createMemoryStore(world, { retention: { messages: 10, ageMs: 1_000 } });
  return {
    names: createNames(leases),
    pass(ms: number) {
      now += ms;
    },
  };
}

const [ada, other] = [
  { id: "a", name: "Ada" },
  { id: "b", name: "ＡＤＡ" },
];

test("a name is one user's for as long as it is renewed", async () => {
  const { names, pass } = start();
  expect(await names.claim(ada)).toBe(true);
  for (let count = 0; count < 5; count += 1) {
    pass(nameHeldMs - 1);
    expect(await names.renew([ada])).toEqual([]);
    expect(await names.claim(other)).toBe(false);
  }
  pass(nameHeldMs);
  expect(await names.claim(other)).toBe(true);
});

// After the store was away for too long somebody else may have the name, and both would be shown.
test("renewing tells who has lost the name, however many are renewed", async () => {
  const { names, pass } = start();
  const crowd = Array.from({ length: 230 }, (_, index) => ({ id: `u${index}`, name: `user ${index}` }));
  await names.renew([...crowd, ada]);
  pass(nameHeldMs);
  await names.claim(other);
  expect(await names.renew([...crowd, ada])).toEqual([ada]);
});

test("a claim that is given back is free, and nobody can give back another's", async () => {
  const { names } = start();
  await names.claim(ada);
  await names.release(other);
  expect(await names.claim(other)).toBe(false);
  await names.release(ada);
  expect(await names.claim(other)).toBe(true);
});
