import { afterAll, beforeAll, expect, test } from "vitest";
import { describeRedis } from "../../test/describe-redis.ts";
import { checkFailOver } from "../../test/fail-over.ts";
import { redisContract } from "../../test/redis-contract.ts";
import { type RedisSentinels, startSentinels } from "../../test/redis-sentinels.ts";

describeRedis("Redis behind sentinels", () => {
  let sentinels: RedisSentinels;
  beforeAll(async () => {
    sentinels = await startSentinels();
  }, 120_000);
  afterAll(() => sentinels?.stop());

  redisContract("sentinels", () => sentinels.settings);

  // Last: it uses the replica up.
  test("the replica takes over, and senders and readers follow", async () => {
    const { interruptions } = await checkFailOver(sentinels.settings, "fail-over", () => sentinels.master.kill());
    expect(interruptions).toBeGreaterThan(0);
    expect(await sentinels.replica.cli("info", "replication")).toContain("role:master");
  });
});
