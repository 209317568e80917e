import { afterAll, beforeAll, expect, test } from "vitest";
import { describeRedis } from "../../test/describe-redis.ts";
import { checkFailOver } from "../../test/fail-over.ts";
import { type RedisCluster, startCluster } from "../../test/redis-cluster.ts";
import { redisContract } from "../../test/redis-contract.ts";
import { metaKey } from "./redis-keys.ts";

describeRedis("a Redis Cluster", () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await startCluster();
  }, 120_000);
  afterAll(() => cluster?.stop());

  redisContract("cluster", () => cluster.settings);

  // Last: it uses a replica up.
  test("a master's replica takes over, and senders and readers follow", async () => {
    const room = "fail-over";
    const master = await cluster.masterOf(metaKey(room));
    await checkFailOver(cluster.settings, room, () => master.kill());
    expect((await cluster.masterOf(metaKey(room))).port).not.toBe(master.port);
  });
});
