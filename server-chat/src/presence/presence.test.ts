import { expect, test } from "vitest";
import type { ChatSocket } from "../../test/chat-socket.ts";
import { createChatWorld, eventually } from "../../test/chat-world.ts";
import { limits } from "../protocol/limits.ts";
import { pace } from "../ws/pace.ts";
import { readPresence } from "./presence.ts";

/** Who a client believes to be in the room. */
function present(client: ChatSocket, room = "tea"): { readonly count: number; readonly names: readonly string[] } {
  const names = new Map<string, string>();
  let count = 0;
  for (const frame of client.frames) {
    if (frame.type !== "presence" || frame.room !== room) continue;
    if (frame.count > limits.presenceNames) names.clear();
    for (const { id, name } of frame.joined ?? []) names.set(id, name);
    for (const { id } of frame.left ?? []) names.delete(id);
    count = frame.count;
  }
  return { count, names: [...names.values()].sort() };
}

test("the first presence after joining lists everybody, on all nodes, the newcomer too", async () => {
  const { start } = createChatWorld();
  const [one, two, three] = [await start(), await start(), await start()];
  const ada = await one.connect("Ada");
  await ada.join("tea");
  const bob = await two.connect("Bob");
  await bob.join("tea");
  await eventually("Ada to know Bob", () => present(ada).count === 2);
  const cleo = await three.connect("Cleo");
  await cleo.join("tea");
  const first = await cleo.next("presence");
  expect(first.joined?.map(({ name }) => name).sort()).toEqual(["Ada", "Bob", "Cleo"]);
  expect(first.count).toBe(3);
  for (const client of [ada, bob]) {
    await eventually("the others to know Cleo", () => present(client).count === 3);
    expect(present(client).names).toEqual(["Ada", "Bob", "Cleo"]);
  }
  expect(await readPresence(one.store.leases, "tea")).toMatchObject({ count: 3 });
});

test("a person with two connections is one member until both are gone", async () => {
  const { start } = createChatWorld();
  const [one, two] = [await start(), await start()];
  const bob = await one.connect("Bob");
  await bob.join("tea");
  const [phone, laptop] = [await one.connect("Ada"), await two.connect("Ada")];
  await phone.join("tea");
  await laptop.join("tea");
  // Whoever sees Cleo knows all of the node that she is on.
  await two.connect("Cleo").then((cleo) => cleo.join("tea"));
  await eventually("Ada and Cleo", () => present(bob).count === 3);
  phone.cut();
  await eventually("one connection less", () => one.engine.connections === 1);
  await one.connect("Dora").then((dora) => dora.join("tea"));
  await eventually("Dora", () => present(bob).count === 4);
  expect(bob.of("presence").flatMap(({ left }) => left ?? [])).toEqual([]);
  laptop.send({ type: "leave", room: "tea" });
  await eventually("Ada to be gone", () => present(bob).count === 3);
  expect(present(bob).names).toEqual(["Bob", "Cleo", "Dora"]);
});

// The original's neighbours keep such people for ever: only the node that died knew that they were gone.
test("people of a node that was killed go when its lease ends", async () => {
  const { start } = createChatWorld();
  const leases = {
    pace: { presence: { ...pace.presence, tickMs: 10, quietMs: 20, lingerMs: 0, leaseMs: 300, renewMs: 100 } },
  };
  const [one, two] = [await start(leases), await start(leases)];
  const [ada, bob] = [await one.connect("Ada"), await two.connect("Bob")];
  await ada.join("tea");
  await bob.join("tea");
  await eventually("both", () => present(ada).count === 2);
  await two.kill();
  await eventually("Bob to be gone", () => present(ada).count === 1);
  expect(present(ada).names).toEqual(["Ada"]);
  // Ada's own lease is renewed meanwhile, or she would be gone too.
  expect(await readPresence(one.store.leases, "tea")).toEqual({ count: 1, members: [{ id: "u-Ada", name: "Ada" }] });
});

test("people of a node that leaves in order are gone at once", async () => {
  const { start } = createChatWorld();
  const [one, two] = [await start(), await start()];
  const [ada, bob] = [await one.connect("Ada"), await two.connect("Bob")];
  await ada.join("tea");
  await bob.join("tea");
  await eventually("both", () => present(ada).count === 2);
  await two.engine.leave({ spreadMs: 0, graceMs: 100 });
  await eventually("Bob to be gone", () => present(ada).count === 1, 2_000);
});

// A phone that changes from Wi-Fi to its network would otherwise come and go in everybody's list.
test("who loses the connection and comes back soon was never gone", async () => {
  const { start } = createChatWorld();
  const node = await start({ pace: { presence: { ...pace.presence, tickMs: 10, quietMs: 20, lingerMs: 400 } } });
  const bob = await node.connect("Bob");
  await bob.join("tea");
  const ada = await node.connect("Ada");
  await ada.join("tea");
  await eventually("Ada", () => present(bob).count === 2);
  const before = bob.of("presence").length;
  ada.cut();
  await eventually("her connection to end", () => node.engine.connections === 1);
  await node.connect("Ada").then((again) => again.join("tea"));
  const cleo = await node.connect("Cleo");
  await cleo.join("tea");
  await eventually("Cleo", () => present(bob).count === 3);
  expect(
    bob
      .of("presence")
      .slice(before)
      .flatMap(({ joined }) => joined?.map(({ name }) => name)),
  ).toEqual(["Cleo"]);
  cleo.cut();
  await eventually("Cleo to be gone", () => present(bob).count === 2);
  expect(present(bob).names).toEqual(["Ada", "Bob"]);
});

test.each([
  ["leaves the room", (ada: ChatSocket) => ada.send({ type: "leave", room: "tea" })],
  ["says goodbye", (ada: ChatSocket) => ada.ws.close(1000)],
])("who %s is gone at once", async (_what, go) => {
  const { start } = createChatWorld();
  const node = await start({ pace: { presence: { ...pace.presence, tickMs: 10, quietMs: 20, lingerMs: 3_600_000 } } });
  const [ada, bob] = [await node.connect("Ada"), await node.connect("Bob")];
  await ada.join("tea");
  await bob.join("tea");
  await eventually("both", () => present(bob).count === 2);
  go(ada);
  await eventually("Ada to be gone", () => present(bob).count === 1);
});

test("members whose node lost the bus for a while are found again", async () => {
  const { start } = createChatWorld();
  const [one, two] = [await start(), await start()];
  const ada = await one.connect("Ada");
  await ada.join("tea");
  one.store.deafen();
  await two.connect("Bob").then((bob) => bob.join("tea"));
  await eventually("Bob's lease", () => two.engine.connections === 1);
  one.store.hearAgain();
  await eventually("Bob", () => present(ada).count === 2);
});

// 5,000 joins told to everybody would be 12 million frames.
test("above the limit presence is a count, a few frames for many joins, and names come back with fewer members", async () => {
  const { start } = createChatWorld();
  const node = await start({ pace: { presence: { ...pace.presence, tickMs: 10, quietMs: 200, lingerMs: 0 } } });
  const ada = await node.connect("Ada");
  await ada.join("tea");
  const many = await Promise.all(Array.from({ length: 130 }, (_, index) => node.connect(`p${index}`)));
  const startedAt = performance.now();
  await Promise.all(many.map((client) => client.join("tea")));
  await eventually("the count", () => present(ada).count === 131);
  const elapsedMs = performance.now() - startedAt;
  expect(ada.of("presence").length).toBeLessThanOrEqual(3 + elapsedMs / 200);
  const late = await node.connect("Late");
  await late.join("tea");
  const first = await late.next("presence");
  expect(first).toEqual({ type: "presence", room: "tea", count: 131 });
  for (const client of many.slice(0, 60)) client.cut();
  await eventually("the names", () => present(ada).count === 72);
  expect(present(ada).names).toHaveLength(72);
  expect(present(ada).names).toContain("Late");
});

test("typing reaches the others on all nodes, thinned out, and not in a crowd", async () => {
  const { start } = createChatWorld();
  const [one, two] = [await start(), await start()];
  const [ada, bob] = [await one.connect("Ada"), await two.connect("Bob")];
  await ada.join("tea");
  await bob.join("tea");
  // Typing is told once the name is known to be one's own, as messages are.
  await ada.say("tea", "here");
  for (let index = 0; index < 10; index++) ada.send({ type: "typing", room: "tea" });
  expect(await bob.next("typing")).toEqual({ type: "typing", room: "tea", user: { id: "u-Ada", name: "Ada" } });
  await ada.say("tea", "done");
  await bob.next("message");
  expect(bob.of("typing")).toHaveLength(1);

  const many = await Promise.all(Array.from({ length: 100 }, (_, index) => two.connect(`p${index}`)));
  await Promise.all(many.map((client) => client.join("tea")));
  await eventually("a crowd", () => present(ada).count > limits.presenceNames && present(bob).count > 100);
  const cleo = many[0];
  cleo?.send({ type: "typing", room: "tea" });
  await cleo?.say("tea", "nobody saw me type");
  await bob.next("message");
  expect(bob.of("typing")).toHaveLength(1);
});

test("typing in a room that one is not in is an error", async () => {
  const { start } = createChatWorld();
  const node = await start();
  const ada = await node.connect("Ada");
  ada.send({ type: "typing", room: "tea" });
  expect(await ada.next("error")).toMatchObject({ code: "not_joined", room: "tea" });
});

test("a store without leases for a while costs presence, not messages", async () => {
  const { start } = createChatWorld();
  let away = false;
  const node = await start({
    pace: { presence: { ...pace.presence, tickMs: 10, quietMs: 20, renewMs: 100 } },
    wrap: (store) => ({
      ...store,
      leases: {
        ...store.leases,
        list: async (group) => {
          if (away) throw new Error("away");
          return store.leases.list(group);
        },
        put: async (...lease) => {
          if (away) throw new Error("away");
          return store.leases.put(...lease);
        },
      },
    }),
  });
  // The bans were read, without which nobody would come in.
  away = true;
  const ada = await node.connect("Ada");
  await ada.join("tea");
  await ada.say("tea", "alone?");
  expect(present(ada).names).toEqual(["Ada"]);
  away = false;
  await eventually("the lease", () => node.store.leases.list("presence:tea").then(({ length }) => length === 1));
});
