import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { ann, type ContractStores, draft, fill, newRoom, seqs } from "./contract-stores.ts";
import type { Store } from "./store.ts";

/** What a room keeps, shows and forgets. */
export function storeHistory(name: string, { open }: ContractStores): void {
  describe(`${name}: rooms and pages`, () => {
    test("opening makes a room once, with one epoch for all nodes", async () => {
      const [store, other] = [await open(), await open()];
      const room = newRoom();
      expect(await store.read(room, { latest: true, limit: 1 })).toBeUndefined();
      const [one, two] = await Promise.all([store.open(room, 10), other.open(room, 10)]);
      expect(one).toEqual({ epoch: two.epoch, head: 0, first: 1, deletions: 0, messages: [] });
      expect((await store.publish(room, draft())).epoch).toBe(one.epoch);
      expect((await store.open(newRoom(), 10)).epoch).not.toBe(one.epoch);
    });

    test("reads after, before and at the end, never more than the limit", async () => {
      const store = await open();
      const room = newRoom();
      await fill(store, room, 10);
      const read = async (range: Parameters<Store["read"]>[1]) => seqs(await store.read(room, range));
      expect(await read({ after: 0, limit: 3 })).toEqual([1, 2, 3]);
      expect(await read({ after: 7, limit: 10 })).toEqual([8, 9, 10]);
      expect(await read({ after: 10, limit: 10 })).toEqual([]);
      expect(await read({ after: 99, limit: 10 })).toEqual([]);
      expect(await read({ before: 4, limit: 2 })).toEqual([2, 3]);
      expect(await read({ before: 99, limit: 2 })).toEqual([9, 10]);
      expect(await read({ before: 1, limit: 2 })).toEqual([]);
      expect(await read({ latest: true, limit: 2 })).toEqual([9, 10]);
      expect(await read({ latest: true, limit: 99 })).toHaveLength(10);
      const page = await store.read(room, { after: 4, limit: 1 });
      expect(page).toMatchObject({ head: 10, first: 1, messages: [{ seq: 5, user: ann, text: "text 5" }] });
    });

    test("heads are the rooms' positions in the order asked", async () => {
      const store = await open();
      const [busy, quiet] = [newRoom(), newRoom()];
      await fill(store, busy, 3);
      await store.remove(busy, 2);
      const { epoch } = await store.open(quiet, 1);
      expect(await store.heads([quiet, newRoom(), busy])).toEqual([
        { epoch, seq: 0, deletions: 0 },
        undefined,
        { epoch: (await store.open(busy, 1)).epoch, seq: 3, deletions: 1 },
      ]);
      expect(await store.heads([])).toEqual([]);
    });
  });

  describe(`${name}: taking a text out`, () => {
    test("leaves a tombstone in its place, once", async () => {
      const store = await open();
      const room = newRoom();
      const [, second] = await fill(store, room, 3);
      expect(await Promise.all([store.remove(room, 2), store.remove(room, 2)])).toContain(false);
      expect(await store.remove(room, 2)).toBe(false);
      expect(await store.remove(room, 4)).toBe(false);
      expect(await store.remove(newRoom(), 1)).toBe(false);
      const page = await store.open(room, 10);
      expect(page).toMatchObject({ head: 3, first: 1, deletions: 1 });
      expect(page.messages).toMatchObject([
        { seq: 1, text: "text 1" },
        { seq: 2, id: second?.id, user: ann, text: "", deleted: true },
        { seq: 3, text: "text 3" },
      ]);
      expect(await store.tombstones(room, 10)).toEqual([2]);
    });

    test("the newest and all messages can go, and numbering goes on", async () => {
      const store = await open();
      const room = newRoom();
      const drafts = await fill(store, room, 2);
      for (const seq of [2, 1]) expect(await store.remove(room, seq)).toBe(true);
      expect(await store.publish(room, draft())).toMatchObject({ seq: 3 });
      expect(seqs(await store.open(room, 10))).toEqual([1, 2, 3]);
      const [first = draft()] = drafts;
      expect(await store.publish(room, first)).toMatchObject({ seq: 1, duplicate: true });
    });

    test("lists the newest tombstones, ascending", async () => {
      const store = await open();
      const room = newRoom();
      await fill(store, room, 12);
      for (const seq of [11, 3, 9, 2]) await store.remove(room, seq);
      expect(await store.tombstones(room, 10)).toEqual([2, 3, 9, 11]);
      expect(await store.tombstones(room, 2)).toEqual([9, 11]);
      expect(await store.tombstones(newRoom(), 2)).toEqual([]);
    });
  });

  describe(`${name}: retention`, () => {
    test("a room keeps its newest messages, and forgets the ids of the others", async () => {
      const store = await open({ messages: 5 });
      const room = newRoom();
      const [first = draft()] = await fill(store, room, 12);
      expect(await store.open(room, 100)).toMatchObject({ head: 12, first: 8 });
      expect(seqs(await store.open(room, 100))).toEqual([8, 9, 10, 11, 12]);
      expect(seqs(await store.read(room, { after: 0, limit: 2 }))).toEqual([8, 9]);
      expect(await store.publish(room, first)).toMatchObject({ seq: 13, duplicate: false });
      expect(await store.remove(room, 2)).toBe(false);
    });

    test("a smaller limit takes hold with the next retain, for tombstones, too", async () => {
      const room = newRoom();
      const generous = await open();
      // More than one script drops at a time.
      await fill(generous, room, 230);
      for (const seq of [1, 224, 228]) await generous.remove(room, seq);
      const strict = await open({ messages: 6 });
      await Promise.all([strict.retain(), strict.retain()]);
      expect(seqs(await strict.open(room, 100))).toEqual([225, 226, 227, 228, 229, 230]);
      expect(await strict.tombstones(room, 100)).toEqual([228]);
      expect(await strict.heads([room])).toMatchObject([{ seq: 230, deletions: 3 }]);
    });

    // Expiring the whole room would take the newest message with the oldest, and number from 1 again.
    test("old messages go one by one, and a room in use keeps its numbering", async () => {
      const [store, other] = [await open({ ageMs: 1_000 }), await open({ ageMs: 1_000 })];
      const room = newRoom();
      await store.subscribe(room);
      const { epoch } = await store.publish(room, draft("old"));
      await pause(1_100);
      await store.publish(room, draft("new"));
      await store.retain();
      expect((await store.open(room, 10)).messages.map(({ text }) => text)).toEqual(["new"]);
      await pause(1_100);
      await store.retain();
      expect(await store.open(room, 10)).toEqual({ epoch, head: 2, first: 3, deletions: 0, messages: [] });
      await pause(1_100);
      await store.retain();
      // Nobody on this node is in the room, but it was seen in use.
      await other.retain();
      expect(await store.publish(room, draft())).toMatchObject({ epoch, seq: 3 });
    });

    test("a room that is empty and unused goes, and comes back with another epoch", async () => {
      const store = await open({ ageMs: 1_000 });
      const [left, never] = [newRoom(), newRoom()];
      const { epoch } = await store.publish(left, draft());
      await store.open(never, 1);
      await store.retain();
      expect(await store.heads([left, never])).toMatchObject([{ seq: 1 }, { seq: 0 }]);
      await pause(1_100);
      await store.retain();
      expect(await store.heads([left, never])).toEqual([undefined, undefined]);
      const again = await store.publish(left, draft());
      expect(again.seq).toBe(1);
      expect(again.epoch).not.toBe(epoch);
    });

    // Anybody can join any name: each would stay in Redis as long as a message does.
    test("a room that never had a message goes long before one that had, once nobody uses it", async () => {
      const store = await open({ unwrittenMs: 1_000 });
      const [never, written, cleared] = [newRoom(), newRoom(), newRoom()];
      await store.open(never, 1);
      await store.publish(written, draft());
      await store.publish(cleared, draft());
      await store.remove(cleared, 1);
      await store.retain();
      expect(await store.heads([never])).toMatchObject([{ seq: 0 }]);
      await pause(1_100);
      await store.retain();
      expect(await store.heads([never, written, cleared])).toMatchObject([undefined, { seq: 1 }, { seq: 1 }]);
    });

    test("a room without a message stays while somebody on any node uses it", async () => {
      const [store, other] = [await open({ unwrittenMs: 1_000 }), await open({ unwrittenMs: 1_000 })];
      const room = newRoom();
      await store.subscribe(room);
      const { epoch } = await store.open(room, 1);
      await pause(1_100);
      await store.retain();
      await other.retain();
      expect(await store.publish(room, draft())).toMatchObject({ epoch, seq: 1 });
    });

    // The node that has the room looks once in ten minutes; another one may look first.
    test("a room without a message that was entered just now does not go, whichever node looks", async () => {
      const [store, other] = [await open({ unwrittenMs: 1_000 }), await open({ unwrittenMs: 1_000 })];
      const room = newRoom();
      const { epoch } = await store.open(room, 1);
      await pause(1_100);
      await store.open(room, 1);
      await other.retain();
      expect(await store.publish(room, draft())).toMatchObject({ epoch, seq: 1 });
    });
  });
}
