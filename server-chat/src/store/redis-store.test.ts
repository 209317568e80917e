import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeRedis } from "../../test/describe-redis.ts";
import { type Redis, startRedis } from "../../test/redis.ts";
import { redisContract } from "../../test/redis-contract.ts";
import { openStore, untilReady } from "../../test/redis-store.ts";
import { metaKey, roomKeys } from "./redis-keys.ts";

describeRedis("one Redis", () => {
  let redis: Redis;
  beforeAll(async () => {
    redis = await startRedis();
  }, 60_000);
  afterAll(() => redis?.stop());

  redisContract("redis", () => redis.settings);

  const draft = () => ({ id: randomUUID(), user: { id: "u", name: "Ann" }, text: "hello" });

  test("what leaves history leaves Redis", async () => {
    const { store } = openStore(redis.settings, { retention: { messages: 3, ageMs: 60_000 } });
    await untilReady(store);
    const [, stream = "", ids = "", tombstones = ""] = roomKeys("trimmed");
    const count = async () => [
      await redis.cli("xlen", stream),
      await redis.cli("hlen", ids),
      await redis.cli("zcard", tombstones),
    ];
    for (let seq = 1; seq <= 3; seq += 1) await store.publish("trimmed", draft());
    await store.remove("trimmed", 2);
    expect(await count()).toEqual(["2", "3", "1"]);
    for (let seq = 4; seq <= 9; seq += 1) await store.publish("trimmed", draft());
    expect(await count()).toEqual(["3", "3", "0"]);
    await store.close();
  });

  test("a clock that is set back does not take a room's time back", async () => {
    const { store } = openStore(redis.settings);
    await untilReady(store);
    const { ts } = await store.publish("clock", draft());
    const future = ts + 3_600_000;
    await redis.cli("hset", metaKey("clock"), "ts", String(future));
    expect(await store.publish("clock", draft())).toMatchObject({ ts: future });
    expect(await store.open("clock", 1)).toMatchObject({ messages: [{ ts: future }] });
    await store.close();
  });
});
