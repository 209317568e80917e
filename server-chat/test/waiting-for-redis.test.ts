import { afterEach, expect, test } from "vitest";
import { paths } from "../src/contract.ts";
import { describeRedis } from "./describe-redis.ts";
import { type ChatNode, freePorts, startNode } from "./nodes.ts";
import { newPassword, type Redis, startRedis } from "./redis.ts";
import { enter, roundTrip } from "./round-trip.ts";

let node: ChatNode | undefined;
let redis: Redis | undefined;
afterEach(async () => {
  await node?.kill();
  await redis?.stop();
});

describeRedis("a replica and its Redis", () => {
  // A replica that ended instead would be started again by the kubelet, later each time.
  test("a replica that is there first lives, says what it waits for, and is ready when Redis comes", async () => {
    const [port = 0] = await freePorts(1);
    const password = newPassword();
    node = await startNode({ redis: { url: `redis://127.0.0.1:${port}`, password }, unready: true });
    const { url, adminPort, readiness } = node;
    await expect
      .poll(() => readiness().catch(() => undefined), { timeout: 10_000 })
      .toEqual({ status: 503, body: { ready: false, reason: expect.stringContaining("ECONNREFUSED") } });
    expect((await fetch(`http://127.0.0.1:${adminPort}${paths.healthz}`)).status).toBe(200);
    await expect(enter(url, "Ada", "lobby")).rejects.toThrow("503");
    redis = await startRedis({ port, password });
    await node.waitUntilReady();
    await roundTrip(url);
  });

  // Every replica loses the same Redis: if all left, nobody could be sent anywhere while it restarts.
  test("a replica stays ready while Redis restarts, keeps its people, and refuses what it cannot store", async () => {
    redis = await startRedis();
    node = await startNode({ redis });
    const person = await enter(node.url, "Ada", "lobby");
    await redis.kill();
    const id = "5b6fb9a0-7a0d-4f8e-9d0c-0a4d8d0f6a01";
    person.send({ type: "send", room: "lobby", id, text: "hello" });
    expect(await person.next("error")).toMatchObject({ id, retry: true });
    expect((await node.readiness()).status).toBe(200);
    await redis.start();
    await expect
      .poll(
        async () => {
          person.send({ type: "send", room: "lobby", id, text: "hello" });
          return person.next("ack", "error");
        },
        { timeout: 15_000, interval: 500 },
      )
      .toMatchObject({ type: "ack", id });
    person.close();
  });

  test("a replica with the wrong password says so and stays not ready", async () => {
    redis = await startRedis();
    node = await startNode({ redis: { url: redis.url, password: "wrong" }, unready: true });
    const { readiness, term } = node;
    await expect
      .poll(() => readiness().catch(() => undefined), { timeout: 10_000 })
      .toMatchObject({ status: 503, body: { reason: expect.stringContaining("WRONGPASS") } });
    expect(await term()).toEqual({ code: 0, signal: null });
  });
});
