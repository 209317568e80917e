import { Redis } from "ioredis";
import { describe, expect, onTestFinished, test } from "vitest";
import { startRedis, until } from "../../redis.ts";
import { missingPrograms } from "../missing-programs.ts";
import { createDisk } from "./disk.ts";

/** Counts up in Redis, rewriting the file once, until the power goes. */
async function countUntilPowerCut(fsync: "always" | "no") {
  const disk = createDisk();
  onTestFinished(() => disk.remove());
  const redis = await startRedis({ args: ["--appendfsync", fsync], env: disk.env });
  onTestFinished(() => redis.stop());
  await redis.kill();
  disk.watch(redis.folder);
  await redis.start();
  const client = new Redis(redis.port, { password: redis.password, retryStrategy: () => null });
  client.on("error", () => {});
  await client.bgrewriteaof();
  await until("the file is rewritten", async () => /aof_rewrite_in_progress:0/.test(await client.info()), redis.log);
  let acknowledged = 0;
  const counting = (async () => {
    for (;;) acknowledged = await client.incr("count");
  })().catch(() => {});
  while (acknowledged < 100) await client.ping();
  await redis.kill();
  await counting;
  client.disconnect();
  disk.cutPower(0.5);
  await redis.start();
  return { acknowledged, kept: Number(await redis.cli("get", "count")) };
}

describe.skipIf(missingPrograms !== undefined)("a power cut", () => {
  test("takes nothing that was acknowledged when Redis flushes before each reply", async () => {
    const { acknowledged, kept } = await countUntilPowerCut("always");
    expect(kept).toBeGreaterThanOrEqual(acknowledged);
  });

  // Without it the test above would also pass on a disk that never loses anything.
  test("takes acknowledged writes when Redis leaves flushing to the kernel", async () => {
    const { acknowledged, kept } = await countUntilPowerCut("no");
    expect(kept).toBeLessThan(acknowledged);
  });
});
