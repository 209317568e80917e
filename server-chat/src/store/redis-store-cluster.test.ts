import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeRedis } from "../../test/describe-redis.ts";
import { checkFailOver } from "../../test/fail-over.ts";
import { type RedisCluster, startCluster } from "../../test/redis-cluster.ts";
import { redisContract } from "../../test/redis-contract.ts";
import { openStore, untilReady } from "../../test/redis-store.ts";
import { metaKey } from "./redis-keys.ts";

describeRedis("a Redis Cluster", () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await startCluster();
  }, 120_000);
  afterAll(() => cluster?.stop());

  redisContract("cluster", () => cluster.settings);

  test("a room that moves to another master keeps its numbering, and senders follow", async () => {
    const room = "moving";
    const { store } = openStore(cluster.settings);
    await untilReady(store);
    let isMoved = false;
    const send = async () => {
      const numbers: number[] = [];
      while (!isMoved || numbers.length < 20) {
        const message = { id: randomUUID(), user: { id: "u", name: "Ann" }, text: "hello" };
        numbers.push((await store.publish(room, message)).seq);
      }
      return numbers;
    };
    const sending = send();
    await cluster.move(metaKey(room));
    isMoved = true;
    const numbers = await sending;
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    expect(await store.read(room, { latest: true, limit: 1 })).toMatchObject({ head: numbers.length, first: 1 });
    await store.close();
  });

  // Last: it uses a replica up.
  test("a master's replica takes over, and senders and readers follow", async () => {
    const room = "fail-over";
    const master = await cluster.masterOf(metaKey(room));
    await checkFailOver(cluster.settings, room, () => master.kill());
    expect((await cluster.masterOf(metaKey(room))).port).not.toBe(master.port);
  });
});
