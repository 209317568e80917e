import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { createChatWorld, eventually } from "../../test/chat-world.ts";

test("everybody is told when to go, and is closed by then, spread over the time", async () => {
  const { start } = createChatWorld();
  const node = await start();
  const clients = await Promise.all(Array.from({ length: 40 }, (_, index) => node.connect(`p${index}`)));
  const closedAt: number[] = [];
  for (const client of clients) client.closed.then(() => closedAt.push(performance.now()));
  const startedAt = performance.now();
  await node.engine.leave({ spreadMs: 600, graceMs: 1_000 });
  for (const client of clients) expect(await client.closed).toEqual({ code: 1012, reason: "service restart" });
  const told = clients.map((client) => client.of("drain")[0]?.reconnectInMs ?? -1);
  expect(Math.min(...told)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...told)).toBeLessThanOrEqual(600);
  expect(new Set(told).size).toBeGreaterThan(20);
  // All at once would be a storm on the next replica.
  expect(Math.max(...closedAt) - Math.min(...closedAt)).toBeGreaterThan(200);
  expect(Math.min(...closedAt)).toBeGreaterThanOrEqual(startedAt);
  expect(node.engine.connections).toBe(0);
});

test("an acknowledgement that is due is written before the close, and what comes later is for another node", async () => {
  const { start } = createChatWorld();
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let underWay = false;
  const node = await start({
    wrap: (store) => ({
      ...store,
      async publish(...draft) {
        underWay = true;
        await released;
        return store.publish(...draft);
      },
    }),
  });
  const ada = await node.connect("Ada");
  await ada.join("tea");
  const [first, second] = [randomUUID(), randomUUID()];
  ada.send({ type: "send", room: "tea", id: first, text: "in time" });
  await eventually("the send", () => underWay);
  const leaving = node.engine.leave({ spreadMs: 0, graceMs: 5_000 });
  await ada.next("drain");
  await new Promise((resolve) => setTimeout(resolve, 100));
  ada.send({ type: "send", room: "tea", id: second, text: "too late" });
  expect(await ada.next("error")).toMatchObject({ code: "draining", id: second, retry: true });
  release();
  await ada.next("ack", ({ id }) => id === first);
  expect(await ada.closed).toMatchObject({ code: 1012 });
  await leaving;
});

test("a store that does not answer does not hold the drain up", async () => {
  const { start } = createChatWorld();
  let underWay = false;
  const node = await start({
    wrap: (store) => ({
      ...store,
      publish: () => {
        underWay = true;
        return new Promise(() => undefined);
      },
    }),
  });
  const ada = await node.connect("Ada");
  await ada.join("tea");
  ada.send({ type: "send", room: "tea", id: randomUUID(), text: "lost?" });
  await eventually("the send", () => underWay);
  await node.engine.leave({ spreadMs: 0, graceMs: 200 });
  expect(await ada.closed).toMatchObject({ code: 1012 });
});
