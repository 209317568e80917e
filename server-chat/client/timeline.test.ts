import fc from "fast-check";
import { expect, test } from "vitest";
import type { Message } from "../src/protocol/frames.ts";
import { uuidOf } from "./fakes/fake-history.ts";
import { createTimeline } from "./timeline.ts";

const message = (seq: number, word = `m${seq}`): Message => ({
  seq,
  id: uuidOf(word),
  user: { id: "u", name: "Ann" },
  text: word,
  ts: 1_000 + seq,
});

function filled(after: number, ...seqs: number[]) {
  const timeline = createTimeline();
  timeline.reset("e1", after);
  for (const seq of seqs) timeline.append(message(seq));
  return timeline;
}

// This is the client's promise to whoever reads: whatever the network does, nothing is missing and nothing comes twice.
test("in whatever order messages come, those shown have no hole and no duplicate", () => {
  const anything = fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 60 });
  fc.assert(
    fc.property(fc.nat(6), anything, (after, seqs) => {
      const timeline = filled(after);
      for (const seq of seqs) {
        const before = timeline.last;
        const result = timeline.append(message(seq));
        expect(result).toBe(seq === before + 1 ? "added" : seq <= before ? "known" : "gap");
      }
      expect(timeline.messages.map(({ seq }) => seq)).toEqual(
        Array.from({ length: timeline.last - after }, (_, index) => after + 1 + index),
      );
    }),
  );
});

test("another message under a known number is a conflict: the server went back in time", () => {
  const timeline = filled(0, 1, 2);
  expect(timeline.append(message(2, "another"))).toBe("conflict");
  expect(timeline.messages.map(({ text }) => text)).toEqual(["m1", "m2"]);
});

test("its place is the epoch, the last number and the id of that message", () => {
  expect(createTimeline().place).toBeUndefined();
  expect(filled(7).place).toEqual({ epoch: "e1", after: 7 });
  expect(filled(7, 8).place).toEqual({ epoch: "e1", after: 8, id: uuidOf("m8") });
});

test("older messages go in front only if they lead up to the first one", () => {
  const timeline = filled(4, 5);
  expect(timeline.prepend([message(2), message(3)])).toBe(false);
  expect(timeline.prepend([message(2), message(4)])).toBe(false);
  expect(timeline.prepend([])).toBe(false);
  expect(timeline.prepend([message(3), message(4)])).toBe(true);
  expect(timeline.messages.map(({ seq }) => seq)).toEqual([3, 4, 5]);
});

test("a removed text is gone, once", () => {
  const timeline = filled(0, 1, 2);
  expect(timeline.remove(1)).toBe(true);
  expect(timeline.remove(1)).toBe(false);
  expect(timeline.messages[0]).toMatchObject({ seq: 1, text: "", deleted: true });
});

// A page of history may have been read before a text was taken out, and arrive after its owner was told that it is gone.
test("a text that was removed before it arrived is not shown", () => {
  const timeline = filled(2, 3);
  for (const seq of [2, 4]) expect(timeline.remove(seq)).toBe(false);
  timeline.prepend([message(2)]);
  timeline.append(message(4));
  expect(timeline.messages.map(({ text }) => text)).toEqual(["", "m3", ""]);
});

test("trimming keeps the newest, and older ones fit in front again", () => {
  const timeline = filled(0, 1, 2, 3);
  timeline.trim(1);
  expect(timeline).toMatchObject({ first: 3, last: 3 });
  expect(timeline.prepend([message(2)])).toBe(true);
  expect(timeline.append(message(4))).toBe("added");
});
