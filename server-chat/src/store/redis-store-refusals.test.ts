import { randomUUID } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import { describeRedis } from "../../test/describe-redis.ts";
import { startProxy } from "../../test/proxy.ts";
import { newPassword, type Redis, type RedisOptions, startRedis } from "../../test/redis.ts";
import { openStore, shortTiming, untilReady } from "../../test/redis-store.ts";
import { metaKey } from "./redis-keys.ts";
import type { Draft, Store } from "./store.ts";

const room = "lobby";
const draft = (text = "hello"): Draft => ({ id: randomUUID(), user: { id: "u", name: "Ann" }, text });

describeRedis("a Redis that cannot take messages", () => {
  const cleanups: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const clean of cleanups.splice(0).reverse()) await clean();
  });
  const start = async (options: RedisOptions = {}): Promise<Redis> => {
    const redis = await startRedis(options);
    cleanups.push(() => redis.stop());
    return redis;
  };
  const open = ({ settings }: Pick<Redis, "settings">) => {
    const opened = openStore(settings, { timing: shortTiming });
    cleanups.push(() => opened.store.close());
    return opened;
  };
  const reason = (store: Store) => {
    const status = store.status();
    return status.ready ? "ready" : status.reason;
  };
  const expectRefused = async (store: Store, why: string) => {
    const error = await store.publish(room, draft()).catch((error: unknown) => error);
    expect(error).toMatchObject({ outcome: "refused", reason: why });
  };

  test("full: nothing is stored, history is still read and texts are still taken out", async () => {
    const redis = await start({ args: ["--maxmemory", "8mb"] });
    const { store } = open(redis);
    await untilReady(store);
    const acknowledged: string[] = [];
    const fill = async () => {
      for (;;) {
        const message = draft("x".repeat(4_000));
        await store.publish(room, message);
        acknowledged.push(message.id);
      }
    };
    const { epoch } = await store.open("silent", 1);
    await expect(fill()).rejects.toMatchObject({ outcome: "refused", reason: "full" });
    // Redis gives memory of its own back now and then: from here on it is full for sure.
    await redis.cli("config", "set", "maxmemory", "6mb");
    await expect.poll(() => reason(store)).toMatch(/^OOM /);
    await expectRefused(store, "full");
    const history = await store.read(room, { after: 0, limit: 10_000 });
    expect(history?.messages.map(({ id }) => id)).toEqual(acknowledged);
    expect(await store.open("silent", 1)).toMatchObject({ epoch });
    expect(await store.remove(room, 1)).toBe(true);
    await store.leases.put("bans", "u", "{}", 60_000);
    await store.retain();
    await redis.cli("config", "set", "maxmemory", "0");
    await untilReady(store);
    expect(await store.publish(room, draft())).toMatchObject({ seq: acknowledged.length + 1 });
  });

  test("read-only: refused while it lasts, whether found at the start or later", async () => {
    const redis = await start();
    const { store } = open(redis);
    await untilReady(store);
    await redis.cli("replicaof", "127.0.0.1", "1");
    await expect.poll(() => reason(store)).toMatch(/read.only/i);
    await expectRefused(store, "read-only");
    const { store: late } = open(redis);
    await expect.poll(() => reason(late)).toBe("Redis is a read-only replica");
    await redis.cli("replicaof", "no", "one");
    await untilReady(store);
    await untilReady(late);
    expect(await store.publish(room, draft())).toMatchObject({ seq: 1 });
  });

  // As behind a name that moves to another server after a fail-over.
  test("a server that is no master any more is left for whoever is", async () => {
    const password = newPassword();
    const [old, next] = [await start({ password }), await start({ password })];
    const proxy = await startProxy(old.port);
    cleanups.push(() => proxy.close());
    const { store } = open({ settings: { mode: "single", url: `redis://127.0.0.1:${proxy.port}`, password } });
    await untilReady(store);
    proxy.retarget(next.port);
    await old.cli("replicaof", "127.0.0.1", "1");
    await expect.poll(() => store.publish(room, draft()).catch(() => undefined)).toMatchObject({ seq: 1 });
    expect(await next.cli("exists", metaKey(room))).toBe("1");
  });

  test("wrong password: says so, and is ready once it is the right one", async () => {
    const redis = await start();
    const { store, warnings } = open({ settings: { mode: "single", url: redis.url, password: "wrong" } });
    await expect.poll(() => reason(store)).toMatch(/^WRONGPASS /);
    await expectRefused(store, "password");
    expect(warnings.join()).not.toContain("wrong");
    await redis.cli("config", "set", "requirepass", "wrong");
    await untilReady(store);
  });

  test("no password where one is needed: says so", async () => {
    const redis = await start();
    const { store } = open({ settings: { mode: "single", url: redis.url, password: "" } });
    await expect.poll(() => reason(store)).toMatch(/^NOAUTH /);
    await expectRefused(store, "password");
  });

  test("too old: refused in words", async () => {
    const redis = await start();
    const proxy = await startProxy(redis.port);
    cleanups.push(() => proxy.close());
    const version = "redis_version:7.";
    proxy.rewrite((chunk) => Buffer.from(chunk.toString("latin1").replace(version, "redis_version:6."), "latin1"));
    const url = `redis://127.0.0.1:${proxy.port}`;
    const { store } = open({ settings: { mode: "single", url, password: redis.password } });
    await expect.poll(() => reason(store)).toMatch(/^Redis 6\..* is too old: 7\.0 or newer is needed$/);
    await expectRefused(store, "version");
    expect(await redis.cli("keys", "*")).toBe("");
  });

  test("not enough replicas: refused", async () => {
    const redis = await start({ args: ["--min-replicas-to-write", "1"] });
    const { store } = open(redis);
    await expect.poll(() => reason(store)).toMatch(/^NOREPLICAS /);
    await expectRefused(store, "replicas");
  });

  // A half-done script must not be answered "certainly not stored": the sender would send it again under a new id.
  test("a script that fails in the middle has an unknown outcome", async () => {
    const redis = await start();
    const { store } = open(redis);
    await untilReady(store);
    await redis.cli("set", `chat:{${room}}:i`, "not a hash");
    await expect(store.publish(room, draft())).rejects.toMatchObject({ outcome: "unknown", reason: "script" });
  });

  test("settings that lose messages are loud, once, and do not stop the server", async () => {
    const redis = await start({
      args: ["--appendonly", "no", "--appendfsync", "everysec", "--maxmemory-policy", "allkeys-lru"],
    });
    const { store, warnings } = open(redis);
    await untilReady(store);
    expect(warnings.filter((line) => line.includes('"error"') || line.includes('"level":50'))).toHaveLength(3);
    for (const name of ["appendonly", "appendfsync", "maxmemory-policy"]) expect(warnings.join()).toContain(name);
    const before = warnings.length;
    await redis.cli("client", "kill", "type", "normal");
    await expect.poll(() => reason(store)).not.toBe("ready");
    await untilReady(store);
    expect(warnings.slice(before).filter((line) => line.includes('"level":50'))).toEqual([]);
  });
});
