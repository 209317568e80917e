import { expect, onTestFinished, test, vi } from "vitest";
import { createLog } from "../log.ts";
import { createMemoryStore, createMemoryWorld, type MemoryStore } from "../store/memory-store.ts";
import type { MemoryWorld } from "../store/memory-world.ts";
import { createBans } from "./bans.ts";

const by = { id: "MMMMMMMMMMMMMMMM", name: "Guard" };
const user = "AAAAAAAAAAAAAAAA";
const address = "203.0.113.7";

function startWorld() {
  let now = 1_000_000;
  const world = createMemoryWorld(() => now);
  return {
    world,
    now: () => now,
    pass(ms: number) {
      now += ms;
    },
  };
}

/** One node: its bans, and who is connected to it. */
async function startNode({ world, now }: { world: MemoryWorld; now: () => number }) {
  const store: MemoryStore = createMemoryStore(world, { retention: { messages: 10, ageMs: 1_000 } });
  const connections = new Map<string, readonly string[]>();
  const changed = vi.fn();
  const lines: string[] = [];
  const log = createLog(
    { logLevel: "debug", server: { id: "chat-0", version: "1", commit: "c", colour: "blue" }, node: undefined },
    { write: (line) => lines.push(line) },
  );
  const bans = createBans({ leases: store.leases, announce: store.announce, now, log });
  store.listen({
    event(event) {
      if (event.type === "bans") bans.refresh();
    },
    interrupted: () => bans.refresh(),
  });
  onTestFinished(() => bans.close());
  await bans.start({ addressesOf: (id) => connections.get(id) ?? [], changed });
  return { store, bans, connections, changed, lines };
}

const order = (more: { address?: boolean; durationMs?: number } = {}) => ({
  user,
  durationMs: 60_000,
  address: false,
  by,
  ...more,
});
test("a ban holds on every node at once, and those who hold the connection are told", async () => {
  const here = startWorld();
  const [one, other] = [await startNode(here), await startNode(here)];
  await one.bans.ban({ ...order(), reason: "advertising" });
  expect(one.bans.has(user)).toEqual({ user, address: false, by, reason: "advertising", remainingMs: 60_000 });
  await vi.waitUntil(() => other.bans.has(user) !== undefined);
  for (const { changed } of [one, other]) expect(changed).toHaveBeenCalledTimes(1);
  expect(other.bans.has("BBBBBBBBBBBBBBBB")).toBeUndefined();
});

test("a node that did not hear of it knows by its next look, as does one that starts later", async () => {
  const here = startWorld();
  const [deaf, hearing] = [await startNode(here), await startNode(here)];
  deaf.store.deafen();
  await (await startNode(here)).bans.ban(order());
  await vi.waitUntil(() => hearing.bans.has(user) !== undefined);
  expect(deaf.bans.has(user)).toBeUndefined();
  await deaf.bans.refresh();
  expect(deaf.bans.has(user)).toBeDefined();
  expect((await startNode(here)).bans.has(user)).toBeDefined();
});

test("a ban ends by itself, also on a node that cannot reach the store", async () => {
  const here = startWorld();
  const node = await startNode(here);
  await node.bans.ban(order({ durationMs: 1_000 }));
  await node.store.close();
  await node.bans.refresh();
  here.pass(999);
  expect(node.bans.has(user)).toBeDefined();
  here.pass(1);
  expect(node.bans.has(user)).toBeUndefined();
});

test("a store that is away is logged once, and the bans stay in force", async () => {
  const node = await startNode(startWorld());
  await node.bans.ban(order());
  await node.store.close();
  for (let count = 0; count < 3; count += 1) await node.bans.refresh();
  expect(node.bans.has(user)).toBeDefined();
  expect(node.lines).toHaveLength(1);
});

test("lifting ends it everywhere, and says whether there was one", async () => {
  const here = startWorld();
  const [one, other] = [await startNode(here), await startNode(here)];
  await one.bans.ban(order());
  expect(await other.bans.lift(user)).toBe(true);
  await vi.waitUntil(() => one.bans.has(user) === undefined);
  expect(await other.bans.lift(user)).toBe(false);
  expect(await one.bans.list()).toEqual([]);
});

// The node that takes the order need not be the one that knows the address.
test("a ban with address learns it from the node that holds the connection, for all nodes", async () => {
  const here = startWorld();
  const [one, holder, third] = [await startNode(here), await startNode(here), await startNode(here)];
  holder.connections.set(user, [address]);
  await one.bans.ban(order({ address: true }));
  for (const { bans } of [one, holder, third])
    await vi.waitUntil(() => bans.has("BBBBBBBBBBBBBBBB", address) !== undefined);
  expect(one.bans.has("BBBBBBBBBBBBBBBB", "203.0.113.8")).toBeUndefined();
  expect(await one.bans.list()).toHaveLength(1);
});

test("an address is kept out no longer than its ban, and not by the next one of the same user", async () => {
  const here = startWorld();
  const node = await startNode(here);
  node.connections.set(user, [address]);
  await node.bans.ban(order({ address: true }));
  expect(node.bans.has("BBBBBBBBBBBBBBBB", address)).toBeDefined();
  await node.bans.lift(user);
  expect(node.bans.has("BBBBBBBBBBBBBBBB", address)).toBeUndefined();
  await node.bans.ban(order());
  expect(node.bans.has("BBBBBBBBBBBBBBBB", address)).toBeUndefined();
});

// Each would otherwise think that the store lost its address, put it again and tell everybody, for ever.
test("two bans of one address leave the nodes in peace, and the address is out until both have ended", async () => {
  const here = startWorld();
  const [one, other] = [await startNode(here), await startNode(here)];
  const neighbour = "BBBBBBBBBBBBBBBB";
  for (const id of [user, neighbour]) one.connections.set(id, [address]);
  await one.bans.ban(order({ address: true, durationMs: 60_000 }));
  await one.bans.ban({ ...order({ address: true, durationMs: 30_000 }), user: neighbour });
  await vi.waitUntil(() => other.bans.has(neighbour) !== undefined);

  const announce = vi.spyOn(here.world, "emit");
  for (const { bans } of [one, other]) await bans.refresh();
  expect(announce).not.toHaveBeenCalled();

  here.pass(30_000);
  expect(one.bans.has("CCCCCCCCCCCCCCCC", address)).toBeDefined();
  await one.bans.lift(user);
  expect(one.bans.has("CCCCCCCCCCCCCCCC", address)).toBeUndefined();
});

test("a ban that replaces another one covers the address anew", async () => {
  const here = startWorld();
  const node = await startNode(here);
  node.connections.set(user, [address]);
  for (const durationMs of [1_000, 60_000]) await node.bans.ban(order({ address: true, durationMs }));
  here.pass(30_000);
  expect((await startNode(here)).bans.has("CCCCCCCCCCCCCCCC", address)).toBeDefined();
});

// The connection ends with the ban, so there is one chance to see its address.
test("an address that was seen while the store was failing is stored when it is back", async () => {
  const here = startWorld();
  const [one, holder] = [await startNode(here), await startNode(here)];
  holder.connections.set(user, [address]);
  const put = vi.spyOn(holder.store.leases, "put").mockRejectedValue(new Error("away"));
  await one.bans.ban(order({ address: true }));
  await vi.waitUntil(() => put.mock.calls.length > 0);
  expect(holder.bans.has("BBBBBBBBBBBBBBBB", address)).toBeDefined();
  holder.connections.clear();
  put.mockRestore();
  await holder.bans.refresh();
  await vi.waitUntil(() => one.bans.has("BBBBBBBBBBBBBBBB", address) !== undefined);
});

test("a record that a later version wrote in another form does not hide the others", async () => {
  const here = startWorld();
  const node = await startNode(here);
  await node.store.leases.put("bans", "CCCCCCCCCCCCCCCC", "not ours", 60_000);
  await node.bans.ban(order());
  expect((await node.bans.list()).map((ban) => ban.user)).toEqual([user]);
});
