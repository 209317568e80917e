import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import type { ChatSocket } from "../../test/chat-socket.ts";
import { createChatWorld, eventually, type NodeOptions } from "../../test/chat-world.ts";
import { type Announcement, type RoomEvent, type Store, StoreError } from "../store/store.ts";

const user = { id: "u-Writer", name: "Writer" };
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const numbers = (messages: readonly { readonly seq: number }[]) => messages.map(({ seq }) => seq);

async function fill(store: Store, count: number, room = "tea"): Promise<void> {
  for (let index = 0; index < count; index++) {
    await store.publish(room, { id: randomUUID(), user, text: `text ${index}` });
  }
}

/** A bus that loses some events on the way to a node. */
const losing =
  (isLost: (event: RoomEvent | Announcement) => boolean): Required<Pick<NodeOptions, "wrap">>["wrap"] =>
  (store) => ({
    ...store,
    listen: (listener) =>
      store.listen({
        event: (event) => {
          if (!isLost(event)) listener.event(event);
        },
        interrupted: listener.interrupted,
      }),
  });

/** Nobody comes by to check: what is noticed is noticed by what happens. */
const unchecked = { checkMs: 3_600_000 };

const isMessage = (event: RoomEvent | Announcement): boolean => event.type === "message";
/** What a member was shown must be what history has. */
async function expectHistory(client: ChatSocket, store: Store, room = "tea"): Promise<void> {
  const page = await store.read(room, { latest: true, limit: 1_000 });
  const view = client.view(room);
  expect(view).toEqual(page?.messages.slice(-view.length));
}

test("events that the bus loses are filled from history, in order, before the next one", async () => {
  const { start } = createChatWorld();
  let passed = 0;
  const node = await start({ pace: unchecked, wrap: losing((event) => isMessage(event) && ++passed % 3 !== 0) });
  const ada = await node.connect("Ada");
  await ada.join("tea");
  await fill(node.store, 90);
  await eventually("the last message", () => ada.view("tea").length === 90);
  expect(numbers(ada.of("message"))).toEqual(range(1, 90));
  await expectHistory(ada, node.store);
});

test("a hole of many pages is filled without cutting anybody", async () => {
  const { start } = createChatWorld();
  const node = await start();
  const ada = await node.connect("Ada");
  await ada.join("tea");
  node.store.deafen();
  await fill(node.store, 3_000);
  node.store.hearAgain();
  await eventually("the last message", () => ada.view("tea").length === 3_000);
  expect(numbers(ada.of("message"))).toEqual(range(1, 3_000));
});

/** Counts the looks at positions, so that a test can begin after one: the first look also reads history. */
function counting() {
  let looks = 0;
  return {
    wrap: (store: Store): Store => ({
      ...store,
      heads(rooms) {
        if (rooms.length > 0) looks++;
        return store.heads(rooms);
      },
    }),
    aLook: () => eventually("a look", () => looks > 0),
  };
}

// Nothing follows that would show the hole.
test("the last message is found when the bus lost it and the room falls silent", async () => {
  const { start } = createChatWorld();
  const { wrap, aLook } = counting();
  const [one, two] = [await start(), await start({ wrap: (store) => losing(isMessage)(wrap(store)) })];
  const [ada, bob] = [await one.connect("Ada"), await two.connect("Bob")];
  await ada.join("tea");
  await bob.join("tea");
  await aLook();
  await ada.say("tea", "only this");
  expect(await bob.next("message")).toMatchObject({ seq: 1, text: "only this" });
});

test("a node that stored a message and did not hear of it knows that it is deaf, before any check", async () => {
  const { start } = createChatWorld();
  const node = await start({ pace: unchecked, wrap: losing(isMessage) });
  const ada = await node.connect("Ada");
  await ada.join("tea");
  await ada.say("tea", "anybody?");
  expect(await ada.next("message")).toMatchObject({ seq: 1, text: "anybody?" });
});

test("a text that was taken out unheard is taken out at the members too", async () => {
  const { start } = createChatWorld();
  const { wrap, aLook } = counting();
  const node = await start({ wrap: (store) => losing(({ type }) => type === "deleted")(wrap(store)) });
  await fill(node.store, 5);
  const ada = await node.connect("Ada");
  await ada.join("tea");
  await aLook();
  await node.store.remove("tea", 2);
  await node.store.remove("tea", 4);
  await eventually("both", () => ada.of("deleted").length === 2);
  await expectHistory(ada, node.store);
});

test("history that cannot be read is read again", async () => {
  const { start } = createChatWorld();
  let failures = 3;
  const node = await start({
    pace: unchecked,
    wrap: (store) => ({
      ...store,
      read: async (room, from) => {
        if (failures-- > 0) throw new StoreError("refused", "away");
        return store.read(room, from);
      },
    }),
  });
  const ada = await node.connect("Ada");
  await ada.join("tea");
  node.store.deafen();
  await fill(node.store, 20);
  node.store.hearAgain();
  await eventually("the messages", () => ada.view("tea").length === 20);
  expect(numbers(ada.of("message"))).toEqual(range(1, 20));
  expect(failures).toBeLessThan(0);
});

test("who missed more than history keeps starts over, in the same epoch", async () => {
  const { start } = createChatWorld({ retention: { messages: 30, ageMs: 3_600_000 } });
  const node = await start();
  const ada = await node.connect("Ada");
  const { epoch } = await ada.join("tea");
  node.store.deafen();
  await fill(node.store, 100);
  node.store.hearAgain();
  const again = await ada.next("joined");
  expect(again).toMatchObject({ epoch, head: 100, recovered: false });
  expect(again.messages.at(-1)?.seq).toBe(100);
});

interface WentBack {
  readonly what: string;
  readonly options?: NodeOptions;
  /** What happens after the store went back from 20 to 10. */
  readonly happens: (parts: {
    readonly stores: readonly [Store, Store];
    readonly hearAgain: () => void;
    readonly ada: ChatSocket;
  }) => Promise<void> | void;
}

const wentBack: readonly WentBack[] = [
  { what: "at the next check", happens: () => undefined },
  {
    what: "when the bus was interrupted",
    options: { pace: unchecked },
    happens: ({ hearAgain }) => hearAgain(),
  },
  {
    what: "when a number comes again with another id",
    options: { pace: unchecked },
    happens: ({ stores: [, unaware] }) => fill(unaware, 1),
  },
  {
    what: "when its number was overtaken while nobody listened",
    options: { pace: unchecked },
    async happens({ stores: [one, two], hearAgain }) {
      await fill(one, 5);
      await fill(two, 20);
      hearAgain();
    },
  },
  {
    what: "when a member sends",
    options: { pace: unchecked },
    async happens({ ada }) {
      await ada.say("tea", "after the power cut");
    },
  },
];

// Numbers that are used again would hide new messages from whoever has the old ones.
test.each(wentBack)(
  "a store that went back is noticed $what, and every member on every node starts over",
  async (one) => {
    const { start, world } = createChatWorld();
    const nodes = [await start(one.options), await start(one.options)] as const;
    const [ada, bob] = [await nodes[0].connect("Ada"), await nodes[1].connect("Bob")];
    await fill(nodes[0].store, 10);
    const { epoch } = await ada.join("tea");
    await bob.join("tea");
    const restore = world.snapshot();
    await fill(nodes[0].store, 10);
    await eventually("all to be shown", () => ada.view("tea").length === 20 && bob.view("tea").length === 20);

    if (one.what.includes("nobody listened")) for (const { store } of nodes) store.deafen();
    restore();
    await one.happens({
      stores: [nodes[0].store, nodes[1].store],
      hearAgain: () => {
        for (const { store } of nodes) store.hearAgain();
      },
      ada,
    });
    for (const client of [ada, bob]) {
      const again = await client.next("joined");
      expect(again.recovered).toBe(false);
      expect(again.epoch).not.toBe(epoch);
    }
    await fill(nodes[1].store, 3);
    const { head } = await nodes[0].store.open("tea", 1);
    await eventually("the newest", () => [ada, bob].every((client) => client.view("tea").at(-1)?.seq === head));
    await expectHistory(ada, nodes[0].store);
    await expectHistory(bob, nodes[1].store);
  },
);

test("a store that lost only that a text was taken out went back too", async () => {
  const { start, world } = createChatWorld();
  const node = await start();
  const ada = await node.connect("Ada");
  await fill(node.store, 3);
  const { epoch } = await ada.join("tea");
  const restore = world.snapshot();
  await node.store.remove("tea", 2);
  await ada.next("deleted");
  restore();
  const again = await ada.next("joined");
  expect(again).toMatchObject({ recovered: false, head: 3 });
  expect(again.epoch).not.toBe(epoch);
  await expectHistory(ada, node.store);
});

test("a client that has seen a later number shows that the store went back, also to a node that has seen nothing", async () => {
  const { start, world } = createChatWorld();
  const [one, two] = [await start({ pace: unchecked }), await start({ pace: unchecked })];
  await fill(one.store, 10);
  const ada = await one.connect("Ada");
  await ada.join("tea");
  const restore = world.snapshot();
  await fill(one.store, 10);
  const last = await ada.next("message", ({ seq }) => seq === 20);
  const { epoch } = await one.store.open("tea", 1);
  await one.kill();
  restore();
  const bob = await two.connect("Bob");
  await bob.join("tea");
  const again = await two.connect("Ada");
  const joined = await again.join("tea", { epoch, after: 20, id: last.id });
  expect(joined).toMatchObject({ recovered: false, head: 10 });
  expect(joined.epoch).not.toBe(epoch);
  expect(await bob.next("joined")).toMatchObject({ recovered: false, epoch: joined.epoch });
  expect(two.logs.map(({ msg }) => msg)).toContain("the store went back in time: new epoch");
});

// A liar could otherwise make a room start over for ever.
test("what clients claim renews a room at most once a minute", async () => {
  const { start } = createChatWorld();
  const node = await start({ pace: unchecked });
  await fill(node.store, 3);
  const liar = await node.connect("Liar");
  const { epoch } = await liar.join("tea");
  const { epoch: renewed } = await liar.join("tea", { epoch, after: 1_000 });
  expect(renewed).not.toBe(epoch);
  liar.send({ type: "join", room: "tea", epoch: renewed, after: 1_000 });
  const refusal = await liar.next("error");
  expect(refusal).toMatchObject({ code: "unavailable", room: "tea", retry: true });
  expect(refusal.retryAfterMs).toBeGreaterThan(50_000);
  expect((await node.store.open("tea", 1)).epoch).toBe(renewed);
});

test("what retention drops from history, a node drops from its memory", async () => {
  const { start } = createChatWorld({ retention: { messages: 10, ageMs: 3_600_000 } });
  const node = await start({ pace: { checkMs: 10 } });
  const ada = await node.connect("Ada");
  await ada.join("tea");
  await fill(node.store, 30);
  const oldest = async () => {
    const { messages } = await ada.join("tea");
    return messages[0]?.seq;
  };
  expect(await eventually("old ones to be gone", async () => (await oldest()) === 21)).toBe(true);
});

test("a room that the store has lost altogether begins again", async () => {
  const { start, world } = createChatWorld();
  const node = await start();
  const ada = await node.connect("Ada");
  await fill(node.store, 5);
  await ada.join("tea");
  world.rooms.delete("tea");
  expect(await ada.next("joined")).toMatchObject({ head: 0, recovered: false, messages: [] });
  await ada.say("tea", "first again");
  expect(await ada.next("message")).toMatchObject({ seq: 1 });
});

test("a room that nobody is in is let go, and opened again for the next one", async () => {
  const { start, world } = createChatWorld();
  const node = await start({ pace: { emptyRoomMs: 0 } });
  const ada = await node.connect("Ada");
  await ada.join("tea");
  ada.send({ type: "leave", room: "tea" });
  const subscribed = () => [...world.nodes].some(({ rooms }) => rooms.has("tea"));
  await eventually("the subscription to end", () => !subscribed());
  await fill(node.store, 2);
  expect(await ada.join("tea")).toMatchObject({ head: 2 });
  await fill(node.store, 1);
  expect(await ada.next("message")).toMatchObject({ seq: 3 });
});
