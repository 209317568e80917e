import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { ChatSocket } from "../../test/chat-socket.ts";
import { createChatWorld, eventually } from "../../test/chat-world.ts";
import { foldName } from "../protocol/text.ts";
import type { MemoryStore } from "../store/memory-store.ts";

const groupOf = (name: string) => `name:${foldName(name)}`;

// A token outlives its claim on the name: whoever kept one from before could speak as the person who has the name now.
test("who comes with a token of a name that is somebody else's by now is not shown under it", async () => {
  const { start, tokens } = createChatWorld();
  const node = await start();
  const ada = await node.connect("Ada");
  const { epoch } = await ada.join("tea");
  await eventually("the claim", async () => (await node.store.leases.list(groupOf("Ada"))).length === 1);
  const { token } = await tokens.sign({ id: "u-impostor", name: "Ada" }, "member");
  for (let attempt = 0; attempt < 3; attempt++) {
    const impostor = await ChatSocket.open(node.port);
    impostor.send({ type: "hello", token });
    impostor.send({ type: "join", room: "tea" });
    impostor.send({ type: "typing", room: "tea" });
    for (const text of ["trust me", "I am Ada"]) impostor.send({ type: "send", room: "tea", id: randomUUID(), text });
    expect(await impostor.closed).toMatchObject({ code: 4502 });
    expect(impostor.of("ack")).toEqual([]);
  }
  // The first of the room's messages, and the next look at who is there.
  expect(await ada.say("tea", "it is me")).toMatchObject({ seq: 1 });
  await node.connect("Bob").then((bob) => bob.join("tea"));
  await ada.next("presence", ({ count }) => count === 2);
  expect(await node.store.read("tea", { after: 0, limit: 10 })).toMatchObject({ epoch, messages: [{ seq: 1 }] });
  expect(JSON.stringify(ada.frames)).not.toContain("u-impostor");
});

test("who has the name is shown, and answered in order, though all came in one burst", async () => {
  const { start, tokens } = createChatWorld();
  const node = await start();
  const bob = await node.connect("Bob");
  await bob.join("tea");
  const ada = await ChatSocket.open(node.port);
  const { token } = await tokens.sign({ id: "u-Ada", name: "Ada" }, "member");
  const ids = [randomUUID(), randomUUID()];
  ada.send({ type: "hello", token });
  ada.send({ type: "join", room: "tea" });
  for (const id of ids) ada.send({ type: "send", room: "tea", id, text: "hello" });
  await eventually("both answers", () => ada.of("ack").length === 2);
  expect(ada.of("ack").map(({ id }) => id)).toEqual(ids);
  const { joined } = await bob.next("presence", ({ count }) => count === 2);
  expect(joined).toContainEqual({ id: "u-Ada", name: "Ada" });
});

// Their claim is not answered yet when they leave: nobody may stay behind in the room.
test("who leaves right after coming was never there", async () => {
  const { start, tokens } = createChatWorld();
  const node = await start();
  const bob = await node.connect("Bob");
  await bob.join("tea");
  const { token } = await tokens.sign({ id: "u-Ada", name: "Ada" }, "member");
  for (const end of [(ada: ChatSocket) => ada.cut(), (ada: ChatSocket) => ada.send({ type: "leave", room: "tea" })]) {
    const ada = await ChatSocket.open(node.port);
    ada.send({ type: "hello", token });
    ada.send({ type: "join", room: "tea" });
    await ada.next("joined");
    end(ada);
  }
  await node.connect("Cleo").then((cleo) => cleo.join("tea"));
  await bob.next("presence", ({ joined }) => joined?.some(({ id }) => id === "u-Cleo") === true);
  expect(bob.of("presence").at(-1)).toMatchObject({ count: 2 });
});

// A store that is away must not keep people out, and they must be seen.
test("while names cannot be claimed people come in all the same", async () => {
  const { start } = createChatWorld();
  const node = await start({
    wrap: (store) => ({
      ...store,
      leases: {
        ...store.leases,
        claimAll: () => Promise.reject(new Error("away")),
      },
    }),
  });
  const [ada, bob] = [await node.connect("Ada"), await node.connect("Bob")];
  await ada.join("tea");
  await bob.join("tea");
  await ada.say("tea", "hello");
  await ada.next("presence", ({ count }) => count === 2);
});

test("who is there under two names keeps both", async () => {
  const { start, tokens } = createChatWorld();
  const node = await start({ pace: { nameRenewMs: 20 } });
  const names = ["Ada", "Bea"];
  const sockets = await Promise.all(
    names.map(async (name) => {
      const socket = await ChatSocket.open(node.port);
      socket.send({ type: "hello", token: (await tokens.sign({ id: "u-1", name }, "member")).token });
      await socket.next("welcome");
      return socket;
    }),
  );
  const { leases } = node.store;
  for (const name of names) {
    await eventually(`a claim on ${name}`, async () => (await leases.list(groupOf(name))).length === 1);
    await leases.remove(groupOf(name), "u-1");
    await eventually(`another claim on ${name}`, async () => (await leases.list(groupOf(name))).length === 1);
  }
  // And loses one of them without the other.
  leases.remove(groupOf("Ada"), "u-1");
  await leases.claim(groupOf("Ada"), "u-2", "", 60_000);
  expect(await sockets[0]?.closed).toMatchObject({ code: 4502 });
  sockets[1]?.send({ type: "ping" });
  await sockets[1]?.next("pong");
});

const holds = async (node: { readonly store: MemoryStore }, name: string) =>
  (await node.store.leases.list(groupOf(name))).length === 1;

// Whoever signs out and comes back under the same name is another user, to whom it would be somebody else's.
test("who says goodbye leaves the name behind, who is cut off keeps it", async () => {
  const { start } = createChatWorld();
  const node = await start();
  const [ada, bob] = [await node.connect("Ada"), await node.connect("Bob")];
  for (const name of ["Ada", "Bob"]) await eventually(`a claim on ${name}`, () => holds(node, name));
  bob.cut();
  await eventually("the end", () => node.engine.connections === 1);
  ada.ws.close(1000);
  await eventually("the name to be free", async () => !(await holds(node, "Ada")));
  expect(await holds(node, "Bob")).toBe(true);
});

// As soon as a node is told so: the announcement of the goodbye takes longer than nothing.
test("a name stays with who is there a second time, on this node or on another one", async () => {
  const { start } = createChatWorld();
  const [one, two] = [await start(), await start()];
  const [first, second] = [await one.connect("Ada"), await one.connect("Ada")];
  const elsewhere = await two.connect("Ada");
  await eventually("a claim", () => holds(one, "Ada"));
  const removed: string[] = [];
  const { remove } = one.store.leases;
  Object.assign(one.store.leases, {
    remove(group: string, holder: string) {
      removed.push(group);
      return remove(group, holder);
    },
  });
  first.ws.close(1000);
  const bob = await one.connect("Bob");
  await eventually("a claim of Bob", () => holds(one, "Bob"));
  bob.ws.close(1000);
  await eventually("Bob's name to be free", async () => !(await holds(one, "Bob")));
  expect(removed).toEqual([groupOf("Bob")]);
  second.ws.close(1000);
  await eventually("the name to be given back", () => removed.includes(groupOf("Ada")));
  await eventually("the claim of the other node", () => holds(two, "Ada"));
  elsewhere.ws.close(1000);
  await eventually("the name to be free", async () => !(await holds(two, "Ada")));
});
