import { expect, test } from "vitest";
import { createChatWorld, eventually } from "../../test/chat-world.ts";
import { counting, expectHistory, fill, losing, numbers, range, unchecked } from "../../test/room-history.ts";
import { limits } from "../protocol/limits.ts";
import { type Announcement, type RoomEvent, StoreError } from "../store/store.ts";

const isMessage = (event: RoomEvent | Announcement): boolean => event.type === "message";

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

test("what retention drops from history, a node drops from its memory", async () => {
  // A first page has room for one more than history keeps.
  const kept = limits.firstPage - 1;
  const { start } = createChatWorld({ retention: { messages: kept, ageMs: 3_600_000 } });
  const node = await start({ pace: { checkMs: 10 } });
  const ada = await node.connect("Ada");
  await ada.join("tea");
  await fill(node.store, 30);
  const oldest = async () => {
    const { messages } = await ada.join("tea");
    return messages[0]?.seq;
  };
  expect(await eventually("old ones to be gone", async () => (await oldest()) === 31 - kept)).toBe(true);
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
