import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isText } from "../protocol/text.ts";
import { type ContractStores, draft, fill, newRoom, seqs } from "./contract-stores.ts";

/** Messages come in, and get a number that means one thing as long as the epoch is the same. */
export function storeNumbering(name: string, { open, snapshot }: ContractStores): void {
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
      const restore = await snapshot();
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
}
