import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { describeRedis } from "../../test/describe-redis.ts";
import { startProxy, type TcpProxy } from "../../test/proxy.ts";
import { type Redis, startRedis } from "../../test/redis.ts";
import { openStore, shortTiming, untilReady } from "../../test/redis-store.ts";
import type { Announcement, Draft, RoomEvent, Store, StoreError } from "./store.ts";

const draft = (text = "hello"): Draft => ({ id: randomUUID(), user: { id: "u", name: "Ann" }, text });
const room = "lobby";

/** Rejects if the promise is not settled within the time in which every call must be. */
async function settled<T>(promise: Promise<T>): Promise<T | StoreError> {
  const late = new AbortController();
  // The command's own bound, twice for a script that had to be sent in full, and what a busy machine adds.
  const bound = pause(2 * shortTiming.commandMs + 3_000, undefined, { signal: late.signal }).then(() => {
    throw new Error("a call was neither answered nor rejected");
  });
  bound.catch(() => {});
  const result = promise.catch((error: StoreError) => error);
  try {
    return await Promise.race([result, bound]);
  } finally {
    late.abort();
  }
}

describeRedis("a Redis store whose connections break", () => {
  let redis: Redis;
  let proxy: TcpProxy;
  let store: Store;
  let events: (RoomEvent | Announcement)[];
  let interruptions: number;

  const open = (): Store => {
    const url = `redis://127.0.0.1:${proxy.port}`;
    const opened = openStore({ mode: "single", url, password: redis.password }, { timing: shortTiming });
    opened.store.listen({
      event: (event) => events.push(event),
      interrupted: () => {
        interruptions += 1;
      },
    });
    return opened.store;
  };

  beforeEach(async () => {
    redis = await startRedis();
    proxy = await startProxy(redis.port);
    [events, interruptions] = [[], 0];
    store = open();
    await untilReady(store);
  }, 60_000);
  afterEach(async () => {
    proxy.heal();
    await store.close();
    await proxy.close();
    await redis.stop();
  }, 60_000);

  /** As a client does it: the same id again until there is an answer. */
  const publishAtLast = async (message: Draft) => {
    for (;;) {
      const result = await settled(store.publish(room, message));
      if ("seq" in result) return result;
      await pause(20);
    }
  };
  const ids = async () => (await store.open(room, 200)).messages.map(({ id }) => id);

  test("a reply lost after execution is unknown, and the same id tells", async () => {
    await store.publish(room, draft("first"));
    const message = draft("second");
    proxy.dropReplies();
    expect(await settled(store.publish(room, message))).toMatchObject({ outcome: "unknown" });
    proxy.heal();
    expect(await publishAtLast(message)).toMatchObject({ seq: 2, duplicate: true });
    expect(await ids()).toHaveLength(2);
  });

  test("a connection that swallows everything is given up in time, and all that was under way is unknown", async () => {
    proxy.blackhole();
    const drafts = Array.from({ length: 50 }, () => draft());
    const results = await Promise.all(drafts.map((one) => settled(store.publish(room, one))));
    expect(new Set(results.map((result) => "outcome" in result && result.outcome))).toEqual(new Set(["unknown"]));
    await expect.poll(() => store.status().ready).toBe(false);
    // The two that were swallowed, and a new attempt.
    await expect.poll(() => proxy.connections).toBeGreaterThan(2);
    proxy.heal();
    for (const one of drafts) await publishAtLast(one);
    expect((await ids()).sort()).toEqual(drafts.map(({ id }) => id).sort());
  });

  test("without a connection a call is refused: certainly nothing was stored", async () => {
    proxy.refuse();
    await expect.poll(() => store.status().ready).toBe(false);
    const message = draft();
    expect(await settled(store.publish(room, message))).toMatchObject({ outcome: "refused", reason: "down" });
    expect(await settled(store.read(room, { latest: true, limit: 1 }))).toMatchObject({ outcome: "refused" });
    expect(await settled(store.subscribe(room))).toMatchObject({ outcome: "refused" });
    proxy.heal();
    await untilReady(store);
    expect(await store.publish(room, message)).toMatchObject({ duplicate: false });
  });

  test("Redis killed under load: every call ends, and retries store each message once", async () => {
    const waves: Promise<unknown>[] = [];
    const drafts = Array.from({ length: 400 }, (_, index) => draft(String(index)));
    const acknowledged = new Set<string>();
    const send = async (one: Draft) => {
      const result = await settled(store.publish(room, one));
      if ("seq" in result) acknowledged.add(one.id);
    };
    for (const [index, one] of drafts.entries()) {
      waves.push(send(one));
      if (index === 200) waves.push(redis.kill());
      if (index % 20 === 0) await pause(1);
    }
    await Promise.all(waves);
    await redis.start();
    await untilReady(store);
    const kept = new Set((await store.read(room, { after: 0, limit: 1_000 }))?.messages.map(({ id }) => id));
    expect([...acknowledged].filter((id) => !kept.has(id))).toEqual([]);
    for (const one of drafts) await publishAtLast(one);
    const history = (await store.read(room, { after: 0, limit: 1_000 }))?.messages.map(({ id }) => id) ?? [];
    expect([...history].sort()).toEqual(drafts.map(({ id }) => id).sort());
  });

  test("Redis that stands still for a while comes back by itself", async () => {
    redis.pause();
    const message = draft();
    const result = await settled(store.publish(room, message));
    await expect.poll(() => store.status().ready).toBe(false);
    redis.resume();
    expect(result).toMatchObject({ outcome: "unknown" });
    expect(await publishAtLast(message)).toMatchObject({ seq: 1 });
    expect(await ids()).toEqual([message.id]);
  });

  test("a server may start before its Redis", async () => {
    await redis.kill();
    const early = open();
    await pause(3 * shortTiming.retryMs.most);
    expect(early.status().ready).toBe(false);
    await redis.start();
    await untilReady(early);
    expect(await early.publish(room, draft())).toMatchObject({ seq: 1 });
    await early.close();
  });

  test("after a cut the rooms are heard again, and the node knows that it may have missed something", async () => {
    await Promise.all([store.subscribe(room), store.subscribe("other")]);
    proxy.cut();
    await expect.poll(() => interruptions).toBe(1);
    await untilReady(store);
    await store.publish("other", draft());
    await expect.poll(() => events).toMatchObject([{ type: "message", room: "other" }]);
  });

  // After a fail-over a connection may be in order and yet belong to a server on which nobody publishes any more.
  test("a subscriber that hears nothing any more is found and connected again", async () => {
    await store.subscribe(room);
    const push = Buffer.from("*3\r\n$7\r\nmessage\r\n");
    let deaf = true;
    proxy.rewrite((chunk, direction) =>
      deaf && direction === "down" && chunk.subarray(0, push.length).equals(push) ? Buffer.alloc(0) : chunk,
    );
    await expect.poll(() => store.status().ready).toBe(false);
    deaf = false;
    await untilReady(store);
    expect(interruptions).toBeGreaterThan(0);
    await store.publish(room, draft());
    await expect.poll(() => events.filter(({ type }) => type === "message")).toHaveLength(1);
  });

  test("a Redis that forgot the scripts gets them again", async () => {
    await store.publish(room, draft());
    await redis.cli("script", "flush");
    const published = await Promise.all([store.publish(room, draft()), store.publish(room, draft())]);
    expect(published.map(({ seq }) => seq)).toEqual([2, 3]);
  });

  test("what is not ours on the bus is passed over", async () => {
    await store.subscribe(room);
    for (const text of ["", "{", "[]", '{"type":"later"}', '{"type":"message"}']) {
      await redis.cli("publish", `chat:room:${room}`, text);
      await redis.cli("publish", "chat:nodes", text);
    }
    await store.announce({ type: "bans" });
    await expect.poll(() => events).toEqual([{ type: "bans" }]);
  });

  test("closing leaves no connection, whatever state it was in", async () => {
    const connections = async () => (await redis.cli("client", "list")).match(/name=chat-/g)?.length ?? 0;
    expect(await connections()).toBe(2);
    await store.close();
    await expect.poll(connections).toBe(0);
    const connecting = open();
    await connecting.close();
    proxy.refuse();
    const waiting = open();
    await pause(2 * shortTiming.retryMs.first);
    await waiting.close();
    proxy.heal();
    await pause(2 * shortTiming.retryMs.most);
    expect(await connections()).toBe(0);
  });
});
