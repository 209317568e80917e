import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import type { ChatSocket } from "../../test/chat-socket.ts";
import { createChatWorld, eventually } from "../../test/chat-world.ts";
import { limits } from "../protocol/limits.ts";
import { type Draft, type Store, StoreError } from "../store/store.ts";

/** A store whose sends go through the test's hands. */
const guarded =
  (guard: (draft: Draft, attempt: number) => Promise<void> | void) =>
  (store: Store): Store => {
    let attempt = 0;
    return {
      ...store,
      async publish(room, draft, known) {
        await guard(draft, attempt++);
        return store.publish(room, draft, known);
      },
    };
  };

function send(client: ChatSocket, text: string, id: string = randomUUID()): string {
  client.send({ type: "send", room: "tea", id, text });
  return id;
}

/** Acknowledgements and errors in the order in which they came. */
const answers = (client: ChatSocket): readonly string[] =>
  client.frames.flatMap((frame) => {
    if (frame.type === "ack") return [frame.duplicate ? "duplicate" : "ack"];
    return frame.type === "error" ? [frame.code] : [];
  });

test("sends of one connection reach the store one after the other, though all came at once", async () => {
  const { start } = createChatWorld();
  let underWay = 0;
  let most = 0;
  const node = await start({
    wrap: guarded(async () => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 3));
      underWay--;
    }),
  });
  const ada = await node.connect("Ada");
  await ada.join("tea");
  const ids = Array.from({ length: 30 }, (_, index) => send(ada, `text ${index}`));
  await eventually("all answers", () => ada.of("ack").length === 30);
  expect(most).toBe(1);
  expect(ada.of("ack").map(({ id, seq }) => [id, seq])).toEqual(ids.map((id, index) => [id, index + 1]));
});

test("the same id is one message, also later and on another node", async () => {
  const { start } = createChatWorld();
  const [one, two] = [await start(), await start()];
  const [ada, again] = [await one.connect("Ada"), await two.connect("Ada")];
  await ada.join("tea");
  await again.join("tea");
  const first = await ada.say("tea", "hello");
  expect(first.duplicate).toBe(false);
  expect(await ada.say("tea", "hello", first.id)).toEqual({ ...first, duplicate: true });
  expect(await again.say("tea", "hello", first.id)).toEqual({ ...first, duplicate: true });
  const second = await ada.say("tea", "next");
  expect(second.seq).toBe(first.seq + 1);
});

// A later message that gets past an earlier one can never be put behind it again.
test.each([
  ["refused", "unavailable"],
  ["unknown", "unknown_outcome"],
] as const)("after a send whose outcome is %s, later ones wait for it to come again", async (outcome, code) => {
  const { start } = createChatWorld();
  let failing = true;
  const node = await start({
    wrap: guarded(({ text }) => {
      if (text === "two" && failing) throw new StoreError(outcome, "test");
    }),
  });
  const ada = await node.connect("Ada");
  await ada.join("tea");
  const texts = ["one", "two", "three", "four"];
  const ids = texts.map((text) => send(ada, text));
  await eventually("four answers", () => answers(ada).length === 4);
  expect(answers(ada)).toEqual(["ack", code, "earlier_failed", "earlier_failed"]);
  expect(ada.of("error")).toMatchObject(
    ids.slice(1).map((id) => ({ id, room: "tea", retry: true, retryAfterMs: expect.any(Number) })),
  );

  send(ada, "three", ids[2]);
  await eventually("one more", () => answers(ada).length === 5);
  expect(answers(ada).at(-1)).toBe("earlier_failed");

  failing = false;
  for (const [index, text] of texts.entries()) if (index > 0) send(ada, text, ids[index]);
  await eventually("all stored", () => ada.of("ack").length === 4);
  await eventually("all shown", () => ada.view("tea").length === 4);
  expect(ada.view("tea").map(({ text }) => text)).toEqual(texts);
});

test("a message that can never succeed holds nobody back", async () => {
  const { start } = createChatWorld();
  const node = await start();
  const ada = await node.connect("Ada");
  await ada.join("tea");
  send(ada, "one");
  const bad = send(ada, "\u0007");
  send(ada, "two");
  await eventually("three answers", () => answers(ada).length === 3);
  expect(ada.of("error")).toMatchObject([{ code: "bad_text", id: bad, room: "tea", retry: false }]);
  expect(ada.of("ack")).toHaveLength(2);
});

test("haste is refused with the time to wait, and order is kept", async () => {
  const { start } = createChatWorld();
  const node = await start({ rates: { messages: { burst: 3, perSecond: 5 } } });
  const ada = await node.connect("Ada");
  await ada.join("tea");
  const texts = Array.from({ length: 6 }, (_, index) => `text ${index}`);
  let waiting = texts.map((text) => ({ id: randomUUID(), text }));
  const deadline = performance.now() + 10_000;
  while (waiting.length > 0 && performance.now() < deadline) {
    const before = answers(ada).length;
    for (const { id, text } of waiting) send(ada, text, id);
    await eventually("answers to all", () => answers(ada).length === before + waiting.length);
    const stored = new Set(ada.of("ack").map(({ id }) => id));
    waiting = waiting.filter(({ id }) => !stored.has(id));
    const wait = ada.of("error").findLast(({ code }) => code === "rate_limited")?.retryAfterMs ?? 0;
    expect(wait).toBeLessThanOrEqual(200);
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
  // Refusals are written at once, acknowledgements when the store has answered.
  expect(answers(ada).slice(0, 3)).toEqual(["rate_limited", "earlier_failed", "earlier_failed"]);
  await eventually("all shown", () => ada.view("tea").length === 6);
  expect(ada.view("tea").map(({ text }) => text)).toEqual(texts);
});

test("what waits for a slow store is bounded", async () => {
  const { start } = createChatWorld();
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const node = await start({ wrap: guarded(() => released) });
  const ada = await node.connect("Ada");
  await ada.join("tea");
  for (let index = 0; index < 40; index++) send(ada, `text ${index}`);
  await eventually("refusals", () => answers(ada).length === 7);
  // One is under way, 32 wait.
  expect(answers(ada)).toEqual(["rate_limited", ...new Array(6).fill("earlier_failed")]);
  release();
  await eventually("the others", () => ada.of("ack").length === 33);
});

test("one room's failure is not another's, and one connection's not another's", async () => {
  const { start } = createChatWorld();
  const node = await start({
    wrap: guarded(({ text }) => {
      if (text === "fails") throw new StoreError("refused", "test");
    }),
  });
  const [ada, bob] = [await node.connect("Ada"), await node.connect("Bob")];
  await ada.join("tea");
  await ada.join("coffee");
  await bob.join("tea");
  send(ada, "fails");
  await ada.next("error");
  await ada.say("coffee", "fine");
  await bob.say("tea", "fine");
});

test("a bug in the store's way is an internal error, not a crash", async () => {
  const { start } = createChatWorld();
  const node = await start({
    wrap: guarded((_draft, attempt) => {
      if (attempt === 0) throw new TypeError("a bug");
    }),
  });
  const ada = await node.connect("Ada");
  await ada.join("tea");
  const id = send(ada, "one");
  expect(await ada.next("error")).toMatchObject({ code: "internal", id, retry: true });
  expect(node.logs.at(-1)).toMatchObject({ level: "error", err: { message: "a bug" } });
  expect(await ada.say("tea", "one", id)).toMatchObject({ seq: 1 });
});

test("who is not in the room does not send to it", async () => {
  const { start } = createChatWorld();
  const node = await start();
  const ada = await node.connect("Ada");
  const id = send(ada, "hello?");
  expect(await ada.next("error")).toMatchObject({ code: "not_joined", id, room: "tea", retry: false });
});

test("leaving and coming back changes nothing about the order", async () => {
  const { start } = createChatWorld();
  const node = await start({ wrap: guarded(() => new Promise((resolve) => setTimeout(resolve, 5))) });
  const ada = await node.connect("Ada");
  await ada.join("tea");
  for (const text of ["A", "B"]) send(ada, text);
  ada.send({ type: "leave", room: "tea" });
  ada.send({ type: "join", room: "tea" });
  send(ada, "C");
  await eventually("all answers", () => ada.of("ack").length === 3);
  const page = await node.store.read("tea", { after: 0, limit: 10 });
  expect(page?.messages.map(({ text }) => text)).toEqual(["A", "B", "C"]);
  const kinds = ada.frames.map(({ type }) => type).filter((type) => type === "joined" || type === "left");
  expect(kinds).toEqual(["joined", "left", "joined"]);
});

test("what failed before the room was left holds back what comes after it was entered again", async () => {
  const { start } = createChatWorld();
  let isAway = true;
  const node = await start({
    wrap: guarded(() => {
      if (isAway) throw new StoreError("refused", "away");
    }),
  });
  const ada = await node.connect("Ada");
  await ada.join("tea");
  const failed = send(ada, "first");
  await ada.next("error");
  isAway = false;
  ada.send({ type: "leave", room: "tea" });
  await ada.next("left");
  await ada.join("tea");
  send(ada, "second");
  expect(await ada.next("error")).toMatchObject({ code: "earlier_failed" });
  expect(await ada.say("tea", "first", failed)).toMatchObject({ seq: 1 });
  expect(await ada.say("tea", "second")).toMatchObject({ seq: 2 });
});

// What is held back is memory: who leaves room after room with something unsettled is in all of them.
test("a room that was left with a failed message counts as one of the connection's", async () => {
  const { start } = createChatWorld();
  const node = await start({
    wrap: guarded(() => {
      throw new StoreError("refused", "away");
    }),
  });
  const ada = await node.connect("Ada");
  for (let index = 0; index < limits.roomsPerConnection; index++) {
    const room = `room-${index}`;
    await ada.join(room);
    ada.send({ type: "send", room, id: randomUUID(), text: "lost" });
    await ada.next("error");
    ada.send({ type: "leave", room });
    await ada.next("left");
  }
  ada.send({ type: "join", room: "one-more" });
  expect(await ada.next("error")).toMatchObject({ code: "too_many_rooms" });
  expect(await ada.join("room-0")).toMatchObject({ room: "room-0" });
});

// Thirty-two sends behind each other would otherwise wait thirty-two times as long as the store may take.
test("a send that waits too long behind others is refused, and what is behind it waits for it", async () => {
  const { start } = createChatWorld();
  const node = await start({
    pace: { sendWaitMs: 300 },
    wrap: guarded(() => new Promise((resolve) => setTimeout(resolve, 600))),
  });
  const ada = await node.connect("Ada");
  await ada.join("tea");
  // The first one also waits until Ada's name is hers.
  await ada.say("tea", "0");
  for (const text of ["1", "2", "3"]) send(ada, text);
  await eventually("all answers", () => answers(ada).length === 4);
  expect(answers(ada)).toEqual(["ack", "ack", "unavailable", "earlier_failed"]);
});
