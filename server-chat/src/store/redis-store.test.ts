import { afterAll, beforeAll } from "vitest";
import { describeRedis } from "../../test/describe-redis.ts";
import { type Redis, startRedis } from "../../test/redis.ts";
import { redisContract } from "../../test/redis-contract.ts";

describeRedis("one Redis", () => {
  let redis: Redis;
  beforeAll(async () => {
    redis = await startRedis();
  }, 60_000);
  afterAll(() => redis?.stop());

  redisContract("redis", () => redis.settings);
});
