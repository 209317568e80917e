import { randomUUID } from "node:crypto";
import { describe, expect, onTestFinished, test } from "vitest";
import { createChatWorld, eventually, startNode, type TestNode } from "../../test/chat-world.ts";
import { describeRedis } from "../../test/describe-redis.ts";
import { startRedis } from "../../test/redis.ts";
import { openStore, untilReady } from "../../test/redis-store.ts";

/** What people see is the same on every store. */
function engineOn(startTwo: () => Promise<readonly [TestNode, TestNode]>): void {
  test("what one says, everybody hears, in one order on two nodes", async () => {
    const [one, two] = await startTwo();
    const [ada, bob] = [await one.connect("Ada"), await two.connect("Bob")];
    await Promise.all([ada.join("tea"), bob.join("tea")]);
    for (let index = 0; index < 50; index++) {
      const sender = index % 2 === 0 ? ada : bob;
      sender.send({ type: "send", room: "tea", id: randomUUID(), text: `message ${index} 👋` });
    }
    await eventually("all messages", () => ada.view("tea").length === 50 && bob.view("tea").length === 50);
    expect(ada.view("tea").map(({ seq }) => seq)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    expect(bob.view("tea")).toEqual(ada.view("tea"));
    for (const { id, seq } of [...ada.of("ack"), ...bob.of("ack")]) expect(ada.view("tea")[seq - 1]?.id).toBe(id);
  });

  test("who comes back on the other node gets what was missed, and goes on", async () => {
    const [one, two] = await startTwo();
    const [ada, bob] = [await one.connect("Ada"), await two.connect("Bob")];
    const { epoch } = await ada.join("tea");
    await bob.join("tea");
    await bob.say("tea", "before");
    const last = await ada.next("message");
    ada.cut();
    for (let index = 0; index < 40; index++) await bob.say("tea", `missed ${index}`);
    const again = await two.connect("Ada");
    const joined = await again.join("tea", { epoch, after: last.seq, id: last.id });
    expect(joined).toMatchObject({ recovered: true, more: false });
    await bob.say("tea", "after");
    await again.next("message", ({ text }) => text === "after");
    expect(again.view("tea").map(({ seq }) => seq)).toEqual(
      Array.from({ length: 41 }, (_, index) => last.seq + 1 + index),
    );
  });

  test("presence, typing and a kick cross nodes", async () => {
    const [one, two] = await startTwo();
    const [ada, bob] = [await one.connect("Ada"), await two.connect("Bob")];
    await ada.join("tea");
    await bob.join("tea");
    await ada.next("presence", ({ count }) => count === 2);
    bob.send({ type: "typing", room: "tea" });
    expect(await ada.next("typing")).toMatchObject({ user: { name: "Bob" } });
    await one.engine.store.announce({ type: "kick", user: "u-Bob" });
    expect(await bob.closed).toMatchObject({ code: 4503 });
    expect(await ada.next("presence", ({ count }) => count === 1)).toMatchObject({ left: [{ name: "Bob" }] });
  });
}

describe("in memory", () => {
  engineOn(async () => {
    const { start } = createChatWorld();
    return [await start(), await start()];
  });
});

describeRedis("on Redis", () => {
  engineOn(async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.stop());
    const stores = [openStore(redis.settings).store, openStore(redis.settings).store];
    const nodes = await Promise.all(
      stores.map(async (store) => {
        await untilReady(store);
        return startNode(store);
      }),
    );
    return [nodes[0] ?? expect.fail(), nodes[1] ?? expect.fail()];
  });
});
