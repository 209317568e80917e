import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type ChatWorld, createChatWorld, eventually } from "../../test/chat-world.ts";
import { fill, numbers, range } from "../../test/room-history.ts";
import { limits } from "../protocol/limits.ts";

const user = { id: "u-Writer", name: "Writer" };
const other = "00000000-0000-4000-8000-000000000000";

interface Case {
  readonly what: string;
  readonly resume: (room: { readonly epoch: string; readonly ids: readonly string[] }) => object;
  readonly recovered: boolean;
  readonly messages: readonly number[];
  /** Shows that the store went back, so the room gets a new epoch. */
  readonly renews?: true;
}

// History holds 51 to 300: more than a node keeps at hand, and not all that there was.
const held = 250;
const head = 300;
const first = head - held + 1;
const latest = range(head - limits.firstPage + 1, head);
/** What follows a number, as much as fits on a page. */
const following = (after: number) => range(after + 1, Math.min(head, after + limits.page));
const cases: readonly Case[] = [
  { what: "from nothing", resume: () => ({}), recovered: false, messages: latest },
  {
    what: "with everything",
    resume: ({ epoch, ids }) => ({ epoch, after: head, id: ids[head] }),
    recovered: true,
    messages: [],
  },
  {
    what: "without the last few",
    resume: ({ epoch, ids }) => ({ epoch, after: 297, id: ids[297] }),
    recovered: true,
    messages: following(297),
  },
  {
    what: "without more than a newcomer's page",
    resume: ({ epoch, ids }) => ({ epoch, after: 120, id: ids[120] }),
    recovered: true,
    messages: following(120),
  },
  {
    what: "with the last one that is not at hand",
    resume: ({ epoch, ids }) => ({ epoch, after: 100, id: ids[100] }),
    recovered: true,
    messages: following(100),
  },
  {
    what: "with the first that history has",
    resume: ({ epoch, ids }) => ({ epoch, after: first, id: ids[first] }),
    recovered: true,
    messages: following(first),
  },
  {
    what: "with the one before the first that history has",
    resume: ({ epoch, ids }) => ({ epoch, after: first - 1, id: ids[first - 1] }),
    recovered: true,
    messages: following(first - 1),
  },
  { what: "without an id", resume: ({ epoch }) => ({ epoch, after: 150 }), recovered: true, messages: following(150) },
  {
    what: "with a number that history has dropped",
    resume: ({ epoch, ids }) => ({ epoch, after: first - 2, id: ids[first - 2] }),
    recovered: false,
    messages: latest,
  },
  {
    what: "from before the first message ever",
    resume: ({ epoch }) => ({ epoch, after: 0 }),
    recovered: false,
    messages: latest,
  },
  {
    what: "with another message at the head",
    resume: ({ epoch }) => ({ epoch, after: head, id: other }),
    recovered: false,
    messages: latest,
    renews: true,
  },
  {
    what: "with another message at a late number",
    resume: ({ epoch }) => ({ epoch, after: 298, id: other }),
    recovered: false,
    messages: latest,
    renews: true,
  },
  {
    what: "with another message at an early number",
    resume: ({ epoch }) => ({ epoch, after: 60, id: other }),
    recovered: false,
    messages: latest,
    renews: true,
  },
  {
    what: "from another epoch",
    resume: ({ ids }) => ({ epoch: "another", after: 297, id: ids[297] }),
    recovered: false,
    messages: latest,
  },
  { what: "with an epoch alone", resume: ({ epoch }) => ({ epoch }), recovered: false, messages: latest },
  { what: "with a number alone", resume: () => ({ after: 297 }), recovered: false, messages: latest },
];

async function longRoom(world: ChatWorld, when: "before" | "after") {
  const node = await world.start();
  const watcher = when === "after" ? await node.connect("Watcher") : undefined;
  await watcher?.join("tea");
  const ids = await fill(node.store, head);
  await eventually("the node to know", () => watcher === undefined || watcher.view("tea").length === head);
  const { epoch } = await node.store.open("tea", 1);
  return { node, ids, epoch };
}

describe.each([
  { when: "before", what: "a node that meets the room for the first time" },
  { when: "after", what: "a node that has seen the messages pass" },
] as const)("joining at $what", ({ when }) => {
  test.each(cases)("$what", async ({ resume, recovered, messages, renews = false }) => {
    const world = createChatWorld({ retention: { messages: held, ageMs: 3_600_000 } });
    const { node, ids, epoch } = await longRoom(world, when);
    const ada = await node.connect("Ada");
    const joined = await ada.join("tea", resume({ epoch, ids }));
    const more = recovered && (messages.at(-1) ?? head) < head;
    expect(joined).toMatchObject({ head, recovered, more });
    expect(joined.epoch !== epoch).toBe(renews);
    expect(numbers(joined.messages)).toEqual(messages);
    expect(joined.messages.map(({ id }) => id)).toEqual(messages.map((seq) => ids[seq]));
  });
});

test("a long absence comes in pages, and the rest is where REST begins", async () => {
  const { start } = createChatWorld();
  const node = await start();
  const ids = await fill(node.store, 500);
  const { epoch } = await node.store.open("tea", 1);
  const ada = await node.connect("Ada");
  const joined = await ada.join("tea", { epoch, after: 100, id: ids[100] });
  expect(joined).toMatchObject({ head: 500, recovered: true, more: true });
  expect(numbers(joined.messages)).toEqual(range(101, 100 + limits.page));
});

test("a page ends where it would be too large, and says that there is more", async () => {
  const { start } = createChatWorld();
  const node = await start();
  const text = "語".repeat(limits.textLength);
  for (const id of range(1, 60).map(() => randomUUID())) await node.store.publish("tea", { id, user, text });
  const { epoch } = await node.store.open("tea", 1);
  const ada = await node.connect("Ada");
  const joined = await ada.join("tea", { epoch, after: 0 });
  expect(joined).toMatchObject({ recovered: true, more: true });
  expect(joined.messages.length).toBeGreaterThan(10);
  expect(Buffer.byteLength(JSON.stringify(joined.messages))).toBeLessThanOrEqual(limits.pageBytes + 100);
});

// The original lost these: its list of old messages replaced what had come live meanwhile.
test("messages published while people join appear exactly once, in order", async () => {
  const { start } = createChatWorld();
  const [one, two] = [await start(), await start()];
  const clients = await Promise.all(range(1, 20).map((index) => (index % 2 === 0 ? one : two).connect(`p${index}`)));
  const publishing = (async () => {
    for (let index = 1; index <= 300; index++) {
      await one.store.publish("tea", { id: randomUUID(), user, text: `text ${index}` });
      if (index % 10 === 0) await new Promise(setImmediate);
      if (index % 15 === 0) clients[index / 15 - 1]?.send({ type: "join", room: "tea" });
    }
  })();
  await publishing;
  await eventually("everybody to be there", () => clients.every((client) => client.view("tea").at(-1)?.seq === 300));
  for (const client of clients) {
    const seen = numbers(client.view("tea"));
    expect(seen).toEqual(range(seen[0] ?? 0, 300));
  }
});

test("joining again while in the room goes on from where the client is, and nothing comes twice", async () => {
  const { start } = createChatWorld();
  const node = await start();
  const ada = await node.connect("Ada");
  const { epoch } = await ada.join("tea");
  for (let index = 1; index <= 200; index++) {
    await node.store.publish("tea", { id: randomUUID(), user, text: `text ${index}` });
    if (index % 20 !== 0) continue;
    await new Promise(setImmediate);
    const last = ada.view("tea").at(-1);
    ada.send({ type: "join", room: "tea", epoch, after: last?.seq ?? 0, id: last?.id });
  }
  await eventually("the last message", () => ada.view("tea").at(-1)?.seq === 200);
  // What was on its way to the client when it asked comes again as part of the answer, which a client knows to drop.
  const live = ada.of("message").map(({ seq }) => seq);
  expect(live).toEqual([...new Set(live)].sort((one, another) => one - another));
  expect(new Set(numbers(ada.view("tea"))).size).toBe(200);
});

test("a client that has seen more than this node is not reset: the node catches up first", async () => {
  const { start } = createChatWorld();
  const [one, two] = [await start(), await start()];
  const [ada, bob] = [await one.connect("Ada"), await two.connect("Bob")];
  await Promise.all([ada.join("tea"), bob.join("tea")]);
  two.store.deafen();
  const acks = [await ada.say("tea", "first"), await ada.say("tea", "second")];
  const last = await ada.next("message", ({ seq }) => seq === 2);
  const { epoch } = await one.store.open("tea", 1);
  ada.cut();
  const again = await two.connect("Ada");
  expect(await again.join("tea", { epoch, after: 2, id: last.id })).toMatchObject({
    epoch,
    head: 2,
    recovered: true,
    messages: [],
  });
  await eventually("Bob to have them too", () => bob.view("tea").length === acks.length);
});

test("texts taken out while a client was away are named when it resumes", async () => {
  const { start } = createChatWorld();
  const node = await start();
  const ids = await fill(node.store, 10);
  const { epoch } = await node.store.open("tea", 1);
  for (const seq of [3, 7, 9]) await node.store.remove("tea", seq);
  const ada = await node.connect("Ada");
  const joined = await ada.join("tea", { epoch, after: 8, id: ids[8] });
  expect(joined).toMatchObject({ recovered: true, deleted: [3, 7] });
  expect(joined.messages).toMatchObject([
    { seq: 9, text: "", deleted: true },
    { seq: 10, text: "text 10" },
  ]);
});

test("a connection is in a bounded number of rooms", async () => {
  const { start } = createChatWorld();
  const node = await start();
  const ada = await node.connect("Ada");
  for (let index = 1; index <= limits.roomsPerConnection; index++) await ada.join(`room-${index}`);
  ada.send({ type: "join", room: "one-more" });
  expect(await ada.next("error")).toMatchObject({ code: "too_many_rooms", room: "one-more", retry: false });
  ada.send({ type: "leave", room: "room-1" });
  await ada.next("left");
  expect(await ada.join("one-more")).toMatchObject({ head: 0 });
});

test("after leaving nothing of the room comes, and acknowledgements come before", async () => {
  const { start } = createChatWorld();
  const node = await start();
  const [ada, bob] = [await node.connect("Ada"), await node.connect("Bob")];
  await ada.join("tea");
  await bob.join("tea");
  ada.send({ type: "send", room: "tea", id: randomUUID(), text: "bye" });
  ada.send({ type: "leave", room: "tea" });
  await ada.next("left");
  await bob.say("tea", "gone?");
  await bob.next("message", ({ text }) => text === "gone?");
  const types = ada.frames.map(({ type }) => type);
  expect(types.indexOf("ack")).toBeGreaterThan(0);
  expect(types.at(-1)).toBe("left");
  ada.send({ type: "leave", room: "tea" });
  expect(await ada.next("error")).toMatchObject({ code: "not_joined", room: "tea" });
});
