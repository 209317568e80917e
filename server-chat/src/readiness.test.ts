import { expect, test } from "vitest";
import { createReadiness, maxLoopLagMs, sampleEveryMs, storeGraceMs } from "./readiness.ts";
import type { StoreStatus } from "./store/store.ts";

const working: StoreStatus = { ready: true };
const broken: StoreStatus = { ready: false, reason: "connection refused" };
const notReady = (reason: string) => ({ ready: false, reason: expect.stringContaining(reason) });

function createReplica(first: StoreStatus = working) {
  const world = { now: 0, store: first, missingKeys: undefined as string | undefined, bansAreRead: true };
  const readiness = createReadiness({
    store: () => world.store,
    missingKeys: () => world.missingKeys,
    bansAreRead: () => world.bansAreRead,
    now: () => world.now,
  });
  const pass = (ms: number) => {
    for (const end = world.now + ms; world.now < end; ) {
      world.now += sampleEveryMs;
      readiness.sample();
    }
    return readiness.check();
  };
  return { world, readiness, pass };
}

test("a new replica gets nobody before its store works", () => {
  const { world, readiness } = createReplica(broken);
  expect(readiness.check()).toEqual(notReady("connection refused"));
  world.store = working;
  expect(readiness.check()).toEqual({ ready: true });
});

// Whoever is banned could come in here meanwhile.
test("a replica that has not read the bans gets nobody", () => {
  const { world, readiness } = createReplica();
  world.bansAreRead = false;
  expect(readiness.check()).toEqual(notReady("bans"));
  world.bansAreRead = true;
  expect(readiness.check()).toEqual({ ready: true });
});

// All replicas lose the same Redis at once: with every one of them away nobody could even stay connected.
test("a replica that worked stays while Redis restarts, and leaves when it does not come back", () => {
  const { world, pass } = createReplica();
  pass(sampleEveryMs);
  world.store = broken;
  expect(pass(storeGraceMs)).toEqual({ ready: true });
  expect(pass(sampleEveryMs)).toEqual(notReady("connection refused"));
  world.store = working;
  expect(pass(sampleEveryMs)).toEqual({ ready: true });
});

test("two short failures are not one long one", () => {
  const { world, pass } = createReplica();
  for (let i = 0; i < 3; i++) {
    world.store = working;
    pass(sampleEveryMs);
    world.store = broken;
    expect(pass(storeGraceMs - sampleEveryMs)).toEqual({ ready: true });
  }
});

test("a replica whose event loop is late leaves until it is in time again", () => {
  const { world, readiness, pass } = createReplica();
  pass(sampleEveryMs);
  world.now += maxLoopLagMs + sampleEveryMs + 1;
  expect(readiness.check()).toEqual(notReady("event loop"));
  readiness.sample();
  expect(readiness.check()).toEqual(notReady("event loop"));
  expect(pass(sampleEveryMs)).toEqual({ ready: true });
});

test("without signing keys nobody could say who they are", () => {
  const { world, readiness } = createReplica();
  world.missingKeys = "keys.json is no JSON";
  expect(readiness.check()).toEqual(notReady("keys.json is no JSON"));
});

test("a replica that leaves never comes back", () => {
  const { readiness, pass } = createReplica();
  readiness.drain();
  expect(readiness.check()).toEqual(notReady("draining"));
  expect(pass(60_000)).toEqual(notReady("draining"));
});
