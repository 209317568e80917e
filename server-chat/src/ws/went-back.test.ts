import { expect, test } from "vitest";
import type { ChatSocket } from "../../test/chat-socket.ts";
import { createChatWorld, eventually, type NodeOptions } from "../../test/chat-world.ts";
import { counting, expectHistory, fill, unchecked } from "../../test/room-history.ts";
import { limits } from "../protocol/limits.ts";
import type { Store } from "../store/store.ts";

interface WentBack {
  readonly what: string;
  readonly options?: NodeOptions;
  /** What happens after the store went back to what is on the first page, and lost as much. */
  readonly happens: (parts: {
    readonly stores: readonly [Store, Store];
    readonly hearAgain: () => void;
    readonly ada: ChatSocket;
  }) => unknown;
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
    const looks = [counting(), counting()] as const;
    const nodes = [
      await start({ wrap: looks[0].wrap, ...one.options }),
      await start({ wrap: looks[1].wrap, ...one.options }),
    ] as const;
    const [ada, bob] = [await nodes[0].connect("Ada"), await nodes[1].connect("Bob")];
    await fill(nodes[0].store, limits.firstPage);
    const { epoch } = await ada.join("tea");
    await bob.join("tea");
    if (one.options === undefined) for (const { aLook } of looks) await aLook();
    const restore = world.snapshot();
    await fill(nodes[0].store, limits.firstPage);
    await eventually("all to be shown", () =>
      [ada, bob].every((client) => client.view("tea").length === 2 * limits.firstPage),
    );

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
  const { wrap, aLook } = counting();
  const node = await start({ wrap });
  const ada = await node.connect("Ada");
  await fill(node.store, 3);
  const { epoch } = await ada.join("tea");
  await aLook();
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

// Numbers that were used again would stay hidden from whoever was away while the room overtook them.
test("a client that has another message at its number shows that the store went back", async () => {
  const { start, world } = createChatWorld();
  const [one, two] = [await start({ pace: unchecked }), await start({ pace: unchecked })];
  await fill(one.store, 8);
  const restore = world.snapshot();
  const ada = await one.connect("Ada");
  await ada.join("tea");
  await fill(one.store, 2);
  const last = await ada.next("message", ({ seq }) => seq === 10);
  const { epoch } = await one.store.open("tea", 1);
  await one.kill();
  restore();
  await fill(two.store, 30);
  const again = await two.connect("Ada");
  const joined = await again.join("tea", { epoch, after: 10, id: last.id });
  expect(joined).toMatchObject({ recovered: false, head: 38 });
  expect(joined.epoch).not.toBe(epoch);

  // The next one who says so within the minute starts over as well, in the epoch that there is.
  const liar = await two.connect("Liar");
  const told = await liar.join("tea", { epoch: joined.epoch, after: 38, id: last.id });
  expect(told).toMatchObject({ recovered: false, head: 38, epoch: joined.epoch });
});
