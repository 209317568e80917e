import { expect, test } from "vitest";
import { Ring, toEntry } from "./ring.ts";

const entry = (seq: number, text = `text ${seq}`) =>
  toEntry({ seq, id: `id-${seq}`, user: { id: "u", name: "Ada" }, text, ts: 1 });

function ring(from: number, to: number): Ring {
  const made = new Ring();
  for (let seq = from; seq <= to; seq++) made.push(entry(seq));
  return made;
}

const numbers = (entries: readonly { readonly seq: number }[]) => entries.map(({ seq }) => seq);

test("it keeps the newest 200", () => {
  const kept = ring(1, 450);
  expect(kept.first).toBe(251);
  expect(kept.at(250)).toBeUndefined();
  expect(kept.at(251)?.id).toBe("id-251");
  expect(kept.at(450)?.id).toBe("id-450");
  expect(kept.at(451)).toBeUndefined();
});

// Two hundred messages of the largest size would be megabytes, in each of thousands of rooms.
test("long messages take the place of many short ones", () => {
  const kept = ring(1, 150);
  for (let seq = 151; seq <= 300; seq++) kept.push(entry(seq, "x".repeat(4_000)));
  const all = kept.slice(0, 300);
  expect(all.reduce((sum, { json }) => sum + json.length, 0)).toBeLessThanOrEqual(256 * 1024);
  expect(numbers(all)).toEqual(Array.from({ length: all.length }, (_, index) => 300 - all.length + 1 + index));
});

test("a slice has both ends, and what is there of what was asked for", () => {
  const kept = ring(10, 20);
  expect(numbers(kept.slice(12, 14))).toEqual([12, 13, 14]);
  expect(numbers(kept.slice(1, 11))).toEqual([10, 11]);
  expect(numbers(kept.slice(19, 99))).toEqual([19, 20]);
  expect(kept.slice(1, 9)).toEqual([]);
  expect(kept.slice(21, 99)).toEqual([]);
  expect(new Ring().slice(1, 9)).toEqual([]);
});

test("a text that is taken out is gone, its number and its author stay", () => {
  const kept = ring(10, 20);
  kept.takeOut(15);
  kept.takeOut(9);
  kept.takeOut(21);
  expect(JSON.parse(kept.at(15)?.json ?? "")).toEqual({
    seq: 15,
    id: "id-15",
    user: { id: "u", name: "Ada" },
    text: "",
    ts: 1,
    deleted: true,
  });
  expect(numbers(kept.slice(1, 99))).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
});

test("what history has dropped goes, as far as it is here, and the rest keeps its numbers", () => {
  const kept = ring(10, 20);
  kept.dropBefore(5);
  expect(kept.first).toBe(10);
  kept.dropBefore(14);
  expect(numbers(kept.slice(1, 99))).toEqual([14, 15, 16, 17, 18, 19, 20]);
  kept.push(entry(21));
  expect(kept.at(21)?.id).toBe("id-21");
  kept.dropBefore(90);
  expect(kept.first).toBeUndefined();
});
