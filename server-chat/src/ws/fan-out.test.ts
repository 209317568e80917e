import { expect, test } from "vitest";
import { createMetrics } from "../metrics.ts";
import { FanOut, type Member } from "./fan-out.ts";

interface Reader extends Member {
  readonly got: string[];
}

function reader(onDeliver: () => void = () => undefined): Reader {
  const got: string[] = [];
  return {
    index: -1,
    got,
    connection: {
      deliver(bytes) {
        got.push(String(bytes));
        onDeliver();
        return true;
      },
    },
  };
}

/** A room whose passes go on when the test says so. */
function room() {
  const metrics = createMetrics({ version: "1", commit: "c" });
  let queued: FanOut[] = [];
  const fanOut = new FanOut({ add: (one) => queued.push(one) }, metrics);
  let head = 0;
  return {
    fanOut,
    metrics,
    push(...texts: readonly string[]) {
      for (const text of texts) fanOut.push(Buffer.from(text), ++head);
    },
    /** Writes to so many members; what is queued meanwhile stays. */
    write(most = 1_000) {
      const [first, ...others] = queued;
      queued = first?.write(most) ? [first, ...others] : others;
    },
    isQueued: () => queued.length > 0,
  };
}

const totalOf = async (counter: { get(): Promise<{ readonly values: readonly { readonly value: number }[] }> }) =>
  (await counter.get()).values[0]?.value;

test("the first message goes at once, what comes during its pass goes together in one write", async () => {
  const { fanOut, metrics, push, write } = room();
  const readers = [reader(), reader(), reader()];
  for (const one of readers) fanOut.add(one);
  push("a");
  write(2);
  push("b", "c");
  write(1);
  for (const { got } of readers) expect(got).toEqual(["a"]);
  await new Promise((resolve) => setTimeout(resolve, 20));
  write();
  for (const { got } of readers) expect(got).toEqual(["a", "bc"]);
  expect(await totalOf(metrics.writes)).toBe(6);
  expect(await totalOf(metrics.deliveries)).toBe(9);
});

test("a newcomer gets what is after its number, not what a pass under way brings to the others", async () => {
  const { fanOut, push, write } = room();
  const [one, two, late] = [reader(), reader(), reader()];
  fanOut.add(one);
  fanOut.add(two);
  push("a");
  write(1);
  push("b");
  expect(fanOut.sentHead).toBe(1);
  fanOut.add(late);
  write();
  await new Promise((resolve) => setTimeout(resolve, 20));
  write();
  expect([one.got, two.got, late.got]).toEqual([["a", "b"], ["a", "b"], ["b"]]);
});

test("who leaves during a pass gets nothing more, and the others all get theirs", () => {
  const { fanOut, push, write } = room();
  const readers = [reader(), reader(), reader(), reader()];
  for (const one of readers) fanOut.add(one);
  push("a");
  write(1);
  const [first, second] = readers;
  if (first === undefined || second === undefined) throw new Error("four were made");
  fanOut.remove(first);
  fanOut.remove(second);
  write();
  expect(readers.map(({ got }) => got.length)).toEqual([1, 0, 1, 1]);
});

test("who is cut while being written to takes nobody else's turn", () => {
  const { fanOut, push, write } = room();
  const slow = reader(() => fanOut.remove(slow));
  const readers = [reader(), slow, reader(), reader()];
  for (const one of readers) fanOut.add(one);
  push("a");
  write();
  expect(readers.map(({ got }) => got.length)).toEqual([1, 1, 1, 1]);
  expect(slow.index).toBe(-1);
});

test("a client that has a number which still waits is given that pass's number", () => {
  const { fanOut, push, write, isQueued } = room();
  const [one, late] = [reader(), reader()];
  fanOut.add(one);
  push("a");
  write();
  push("b", "c");
  expect(fanOut.sentHead).toBe(1);
  fanOut.cutThrough(2);
  expect(fanOut.sentHead).toBe(3);
  fanOut.add(late);
  push("d");
  fanOut.cutThrough(4);
  while (isQueued()) write();
  expect(one.got.join("")).toBe("abcd");
  expect(late.got.join("")).toBe("d");
});

// Members of a room whose hole of megabytes was filled would all look slow.
test("a pass is bounded, and the rest follows in order", async () => {
  const { fanOut, push, write } = room();
  const one = reader();
  fanOut.add(one);
  const texts = Array.from({ length: 10 }, (_, index) => String(index).repeat(100 * 1024));
  push(...texts);
  const until = performance.now() + 5_000;
  while (one.got.join("").length < 1_000 * 1024 && performance.now() < until) {
    write();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(one.got.join("") === texts.join("")).toBe(true);
  expect(Math.max(...one.got.map(({ length }) => length))).toBeLessThanOrEqual(256 * 1024);
  expect(fanOut.sentHead).toBe(10);
});

test("starting over leaves out what waited, and numbers go on from there", () => {
  const { fanOut, push, write } = room();
  const one = reader();
  fanOut.add(one);
  push("a");
  write();
  push("old");
  fanOut.restart(Buffer.from("[over]"), 7);
  expect(fanOut.sentHead).toBe(7);
  write();
  fanOut.push(Buffer.from("e"), 8);
  fanOut.cutThrough(8);
  write();
  expect(one.got.join("")).toBe("a[over]e");
});

test("a room without members keeps nothing back for them", () => {
  const { fanOut, push, isQueued } = room();
  push("a", "b");
  expect(fanOut.sentHead).toBe(2);
  expect(isQueued()).toBe(false);
  const late = reader();
  fanOut.add(late);
  expect(late.got).toEqual([]);
});
