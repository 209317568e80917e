import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { isText } from "../protocol/text.ts";
import type { Announcement, Draft, Page, Retention, RoomEvent, Store } from "./store.ts";
import { storeLaw } from "./store-law.contract.ts";

/** What the contract needs of an implementation. */
export interface StoreUnderTest {
  /** Another node's store on the same data, ready. The contract closes it. */
  open(retention: Retention): Promise<Store>;
  /** Remembers all data; the function that it resolves to goes back to it. */
  snapshot(): Promise<() => Promise<void>>;
}

const ann = { id: "u-ann", name: "Ann" };
const forever: Retention = { messages: 10_000, ageMs: 30 * 24 * 3_600_000 };

const draft = (text = "hello"): Draft => ({ id: randomUUID(), user: ann, text });
const newRoom = () => `room-${randomUUID()}`;
const seqs = (page: Page | undefined) => page?.messages.map(({ seq }) => seq);

/** What every store does, whatever it is made of. */
export function storeContract(name: string, implementation: () => StoreUnderTest): void {
  const opened: Store[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((store) => store.close()));
  });
  const open = async (retention: Partial<Retention> = {}) => {
    const store = await implementation().open({ ...forever, ...retention });
    const events: (RoomEvent | Announcement)[] = [];
    store.listen({ event: (event) => events.push(event), interrupted: () => {} });
    opened.push(store);
    return Object.assign(store, { events });
  };
  const fill = async (store: Store, room: string, count: number) => {
    const drafts = Array.from({ length: count }, (_, index) => draft(`text ${index + 1}`));
    await Promise.all(drafts.map((one) => store.publish(room, one)));
    return drafts;
  };

  describe(`${name}: publish`, () => {
    test("numbers a room's messages densely, in the order of the calls", async () => {
      const store = await open();
      const room = newRoom();
      const published = await Promise.all(Array.from({ length: 50 }, () => store.publish(room, draft())));
      expect(published.map(({ seq }) => seq)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
      expect(new Set(published.map(({ epoch }) => epoch)).size).toBe(1);
      expect(published.every(({ duplicate }) => !duplicate)).toBe(true);
    });

    test("numbers across nodes without a hole and without using one twice", async () => {
      const stores = [await open(), await open()];
      const room = newRoom();
      const published = await Promise.all(
        Array.from({ length: 60 }, (_, index) => stores[index % 2]?.publish(room, draft())),
      );
      const numbers = published.map((one) => one?.seq ?? 0).sort((a, b) => a - b);
      expect(numbers).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
    });

    // A sender that got no answer sends again, perhaps through another node.
    test("answers a known id with its first number and time, and keeps one message", async () => {
      const [store, other] = [await open(), await open()];
      const room = newRoom();
      const message = draft();
      const first = await store.publish(room, message);
      await store.publish(room, draft());
      expect(await other.publish(room, message)).toEqual({ ...first, duplicate: true });
      expect(seqs(await store.open(room, 10))).toEqual([1, 2]);
    });

    test("keeps one message when the same id comes from two nodes at once", async () => {
      const [store, other] = [await open(), await open()];
      const room = newRoom();
      const message = draft();
      const answers = await Promise.all([store.publish(room, message), other.publish(room, message)]);
      expect(answers.map(({ duplicate }) => duplicate).sort()).toEqual([false, true]);
      expect(new Set(answers.map(({ seq, ts }) => `${seq} ${ts}`)).size).toBe(1);
    });

    test("never gives a room a time before the one it gave last", async () => {
      const store = await open();
      const room = newRoom();
      const published = await Promise.all(Array.from({ length: 20 }, () => store.publish(room, draft())));
      const times = published.map(({ ts }) => ts);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      // In ms since 1970, as the protocol says.
      expect(Math.abs((times[0] ?? 0) - Date.now())).toBeLessThan(60_000);
    });

    test("gives back every text as it was sent, by history and by the bus", async () => {
      const store = await open();
      const room = newRoom();
      await store.subscribe(room);
      const texts = fc.sample(fc.string({ unit: "grapheme", maxLength: 200 }).filter(isText), { numRuns: 50, seed: 4 });
      const hard = ['"', "\\", "\n", "}{", "\u2028", "🧵", "%s %d", "a/b", "x".repeat(4_000), ...texts];
      for (const text of hard) await store.publish(room, { id: randomUUID(), user: { id: "u", name: text }, text });
      const page = await store.open(room, 200);
      expect(page.messages.map(({ text }) => text)).toEqual(hard);
      expect(page.messages.map(({ user }) => user.name)).toEqual(hard);
      await expect.poll(() => store.events.length).toBe(hard.length);
      expect(store.events.map((event) => (event.type === "message" ? event.message : undefined))).toEqual(
        page.messages,
      );
    });
  });

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

  describe(`${name}: epochs`, () => {
    test("renewing changes the epoch once, however many nodes ask", async () => {
      const [store, other] = [await open(), await open()];
      const room = newRoom();
      await fill(store, room, 2);
      const { epoch } = await store.open(room, 1);
      const [one, two] = await Promise.all([store.renew(room, epoch), other.renew(room, epoch)]);
      expect(one).toBe(two);
      expect(one).not.toBe(epoch);
      expect(await store.renew(room, epoch)).toBe(one);
      expect(await store.open(room, 10)).toMatchObject({ epoch: one, head: 2, messages: [{ seq: 1 }, { seq: 2 }] });
    });

    test("what the caller knows renews a room only when its numbers are behind in the same epoch", async () => {
      const store = await open();
      const room = newRoom();
      await fill(store, room, 3);
      const { epoch } = await store.open(room, 1);
      for (const known of [
        { epoch, seq: 3 },
        { epoch, seq: 1 },
        { epoch: "another", seq: 99 },
      ]) {
        expect((await store.publish(room, draft(), known)).epoch).toBe(epoch);
      }
      const renewed = await store.publish(room, draft(), { epoch, seq: 99 });
      expect(renewed.epoch).not.toBe(epoch);
      expect(renewed.seq).toBe(7);
    });

    // Numbers used again under the same epoch would hide the new message from whoever has an old one of that number.
    test("a store that went back in time numbers under a new epoch, and takes what it lost again", async () => {
      const store = await open();
      const room = newRoom();
      await fill(store, room, 2);
      const restore = await implementation().snapshot();
      const lost = draft("lost");
      const known = await store.publish(room, lost);
      await restore();
      await store.subscribe(room);
      const again = await store.publish(room, lost, known);
      expect(again).toMatchObject({ seq: 3, duplicate: false });
      expect(again.epoch).not.toBe(known.epoch);
      expect((await store.open(room, 10)).messages.map(({ text }) => text)).toEqual(["text 1", "text 2", "lost"]);
      await expect.poll(() => store.events.map(({ type }) => type)).toEqual(["renewed", "message"]);
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
  });

  describe(`${name}: bus`, () => {
    test("what the store does to a room reaches the nodes that subscribed to it, in order", async () => {
      const [store, other, stranger] = [await open(), await open(), await open()];
      const room = newRoom();
      await Promise.all([store.subscribe(room), other.subscribe(room), stranger.subscribe(newRoom())]);
      const { epoch } = await store.open(room, 1);
      const message = draft();
      const { seq, ts } = await store.publish(room, message);
      await store.publish(room, message);
      await other.remove(room, 1);
      const renewed = await store.renew(room, epoch);
      const expected = [
        { type: "message", room, epoch, message: { seq, ts, ...message } },
        { type: "deleted", room, epoch, seq: 1, deletions: 1 },
        { type: "renewed", room, epoch: renewed },
      ];
      await expect.poll(() => store.events).toEqual(expected);
      await expect.poll(() => other.events).toEqual(expected);
      expect(stranger.events).toEqual([]);
    });

    test("a room that is left is silent, and can be subscribed to again", async () => {
      const store = await open();
      const [left, entered] = [newRoom(), newRoom()];
      for (const room of [left, entered]) {
        await store.subscribe(room);
        await store.subscribe(room);
        await store.unsubscribe(room);
      }
      await store.subscribe(entered);
      await store.publish(left, draft("unheard"));
      await store.publish(entered, draft("heard"));
      await expect.poll(() => store.events).toMatchObject([{ type: "message", message: { text: "heard" } }]);
    });

    test("announcements reach a room's subscribers, or every node", async () => {
      const [store, other, stranger] = [await open(), await open(), await open()];
      const room = newRoom();
      await Promise.all([store.subscribe(room), other.subscribe(room)]);
      const inRoom: Announcement[] = [
        { type: "typing", room, user: ann },
        { type: "members", room, node: "n1" },
      ];
      const toAll: Announcement[] = [{ type: "kick", user: "u-ann" }, { type: "bans" }];
      for (const event of [...inRoom, ...toAll]) await store.announce(event);
      await expect.poll(() => store.events).toEqual(expect.arrayContaining([...inRoom, ...toAll]));
      await expect.poll(() => other.events).toEqual(expect.arrayContaining([...inRoom, ...toAll]));
      await expect.poll(() => stranger.events).toEqual(expect.arrayContaining(toAll));
      expect(stranger.events).toHaveLength(toAll.length);
    });
  });

  describe(`${name}: leases`, () => {
    test("live until their time is over, unless they are renewed", async () => {
      const [{ leases }, other] = [await open(), await open()];
      const group = `group-${randomUUID()}`;
      await leases.put(group, "short", "1", 1_000);
      await leases.put(group, "long", "2", 60_000);
      await leases.put(group, "renewed", "3", 1_000);
      await leases.put(group, "renewed", "4", 60_000);
      const all = await other.leases.list(group);
      expect(all.map(({ holder, value }) => `${holder} ${value}`).sort()).toEqual(["long 2", "renewed 4", "short 1"]);
      expect(all.every(({ expiresInMs }) => expiresInMs > 0 && expiresInMs <= 60_000)).toBe(true);
      const living = async () => (await other.leases.list(group)).map(({ holder }) => holder).sort();
      await expect.poll(living).toEqual(["long", "renewed"]);
      await leases.remove(group, "long");
      await leases.remove(group, "nobody");
      expect(await living()).toEqual(["renewed"]);
      expect(await leases.list(`${group}-2`)).toEqual([]);
    });

    test("a group is claimed by who came first, until that lease is over", async () => {
      const [{ leases }, other] = [await open(), await open()];
      const group = `name:${randomUUID()}{}\n`;
      const claims = await Promise.all([
        leases.claim(group, "u1", "Ann", 1_000),
        other.leases.claim(group, "u2", "Eve", 1_000),
      ]);
      const [holder = "nobody"] = new Set(claims.map((claim) => claim.holder));
      expect(claims.every((claim) => claim.holder === holder)).toBe(true);
      expect(await leases.claim(group, holder, "again", 1_000)).toMatchObject({ holder, value: "again" });
      await expect.poll(async () => (await leases.claim(group, "u3", "Zoe", 60_000)).holder).toBe("u3");
      expect(await other.leases.claim(group, holder, "late", 1_000)).toMatchObject({ holder: "u3", value: "Zoe" });
    });

    test("many groups are claimed together, each as if it were alone", async () => {
      const { leases } = await open();
      const groups = Array.from({ length: 120 }, () => `name:${randomUUID()}`);
      const [taken = "", twice = ""] = groups;
      await leases.claim(taken, "u2", "Eve", 60_000);
      const claims = [...groups, twice].map((group) => ({ group, holder: "u1" }));
      expect(await leases.claimAll(claims, 30_000)).toEqual([{ group: taken, holder: "u1" }]);
      for (const group of groups.slice(1)) {
        const [lease, ...others] = await leases.list(group);
        expect([lease?.holder, lease?.value, others]).toEqual(["u1", "", []]);
        expect(lease?.expiresInMs).toBeLessThanOrEqual(30_000);
      }
      expect(await leases.list(taken)).toMatchObject([{ holder: "u2", value: "Eve" }]);
      expect(await leases.claimAll([], 1_000)).toEqual([]);
    });
  });

  describe(`${name}: life`, () => {
    test("a ready store says so; a closed one answers what was under way and refuses the rest", async () => {
      const store = await open();
      const room = newRoom();
      expect(store.status()).toEqual({ ready: true });
      const underWay = store.publish(room, draft());
      await store.close();
      expect(await underWay).toMatchObject({ seq: 1 });
      expect(store.status()).toMatchObject({ ready: false });
      await expect(store.publish(room, draft())).rejects.toMatchObject({ outcome: "refused", reason: "closed" });
      await expect(store.read(room, { latest: true, limit: 1 })).rejects.toMatchObject({ outcome: "refused" });
      await expect(store.subscribe(room)).rejects.toMatchObject({ outcome: "refused" });
    });
  });

  storeLaw(name, open);
}
