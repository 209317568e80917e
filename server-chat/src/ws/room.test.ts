import { expect, test } from "vitest";
import { openRoom } from "../../test/one-room.ts";
import type { Page } from "../store/store.ts";

/** Reads of history that end when the test says so. */
function slowReads() {
  const waiting: (() => void)[] = [];
  return {
    waiting,
    wrap: (store: Parameters<NonNullable<Parameters<typeof openRoom>[1]>>[0]) => ({
      ...store,
      async read(...range: Parameters<typeof store.read>): Promise<Page | undefined> {
        const page = await store.read(...range);
        await new Promise<void>((resolve) => waiting.push(resolve));
        return page;
      },
    }),
    async finishOne() {
      while (waiting.length === 0) await new Promise(setImmediate);
      waiting.shift()?.();
      await new Promise(setImmediate);
    },
  };
}

const numbersIn = (delivered: readonly string[]) =>
  [...delivered.join("").matchAll(/"seq":(\d+)/g)].map(([, seq]) => Number(seq));

// The page holds the message too; taken twice, it was shown twice.
test.each([1, 2])("an event that comes during look number %s at history is delivered once", async (look) => {
  const { wrap, finishOne } = slowReads();
  const { room, publish, delivered } = await openRoom(3, wrap);
  const repaired = room.repair();
  for (let passed = 1; passed < look; passed++) {
    room.repair();
    await finishOne();
  }
  room.hear(await publish());
  await finishOne();
  await repaired;
  room.hear(await publish());
  room.fanOut.cutThrough(5);
  while (room.fanOut.write(10));
  expect(numbersIn(delivered)).toEqual([4, 5]);
});

test("events beyond what is kept during a look are read from history", async () => {
  const { wrap, waiting } = slowReads();
  const { room, publish, delivered } = await openRoom(0, wrap);
  const repaired = room.repair();
  for (let count = 0; count < 1_200; count++) room.hear(await publish());
  const finishing = setInterval(() => waiting.shift()?.(), 1);
  await repaired;
  clearInterval(finishing);
  room.fanOut.cutThrough(1_200);
  while (room.fanOut.write(10));
  expect(numbersIn(delivered)).toEqual(Array.from({ length: 1_200 }, (_, index) => index + 1));
});
