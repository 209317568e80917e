import { afterEach, expect, test } from "vitest";
import { createMemoryStore, createMemoryWorld } from "./memory-store.ts";
import { storeContract } from "./store.contract.ts";

let world = createMemoryWorld();
afterEach(() => {
  world = createMemoryWorld();
});

storeContract("memory", () => ({
  open: async (retention) => createMemoryStore(world, { retention }),
  snapshot: async () => {
    const restore = world.snapshot();
    return async () => restore();
  },
}));

test("a clock that is set back does not take a room's time back", async () => {
  let now = 1_000_000;
  const store = createMemoryStore(
    createMemoryWorld(() => now),
    { retention: { messages: 10, ageMs: 60_000 } },
  );
  const publish = (id: string) => store.publish("lobby", { id, user: { id: "u", name: "n" }, text: "t" });
  expect(await publish("first")).toMatchObject({ ts: 1_000_000 });
  now = 500_000;
  expect(await publish("second")).toMatchObject({ ts: 1_000_000 });
});

// What tests of the hub break on purpose must break as it does with a bus over a network.
test("a deaf node misses events without knowing, and learns of it when it hears again", async () => {
  const store = createMemoryStore(world, { retention: { messages: 10, ageMs: 60_000 } });
  const heard: string[] = [];
  store.listen({ event: ({ type }) => heard.push(type), interrupted: () => heard.push("interrupted") });
  store.deafen();
  await store.announce({ type: "bans" });
  store.hearAgain();
  await store.announce({ type: "kick", user: "u" });
  await expect.poll(() => heard).toEqual(["interrupted", "kick"]);
});
