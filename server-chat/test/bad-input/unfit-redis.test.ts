import { randomUUID } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import { paths } from "../../src/contract.ts";
import type { ServerFrame } from "../../src/protocol/frames.ts";
import { type Answer, rest } from "../../src/protocol/rest.ts";
import { describeRedis } from "../describe-redis.ts";
import { type ChatNode, startNode } from "../nodes.ts";
import { startProxy } from "../proxy.ts";
import { newPassword, type Redis, startRedis } from "../redis.ts";
import { withoutRateLimits } from "./observe-node.ts";
import { connectRaw, newToken } from "./raw-client.ts";

const started: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of started.splice(0).reverse()) await stop();
});

async function newRedis(options: Parameters<typeof startRedis>[0] = {}): Promise<Redis> {
  const redis = await startRedis(options);
  started.push(() => redis.stop());
  return redis;
}

async function newNode(options: Parameters<typeof startNode>[0]): Promise<ChatNode> {
  const node = await startNode({ ...options, env: withoutRateLimits });
  started.push(() => node.kill());
  return node;
}

/** The whole history of a room, page by page. */
async function readHistory(node: ChatNode, token: string, room: string) {
  const messages: Answer<"readMessages">["messages"] = [];
  for (;;) {
    const after = messages.at(-1)?.seq ?? 0;
    const path = `${rest.readMessages.path.replace(":room", room)}?after=${after}`;
    const response = await fetch(`${node.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
    const page = rest.readMessages.answer.parse(await response.json());
    messages.push(...page.messages);
    if (!page.more) return messages;
  }
}

const isAlive = async (node: ChatNode): Promise<boolean> =>
  (await fetch(`http://127.0.0.1:${node.adminPort}${paths.healthz}`)).ok;

/** Readiness off, with the reason in words there and in the log, and a process that lives to be asked. */
async function expectRefused(node: ChatNode, reason: RegExp): Promise<void> {
  await expect
    .poll(() => node.readiness())
    .toMatchObject({
      status: 503,
      body: { ready: false, reason: expect.stringMatching(reason) },
    });
  await expect.poll(() => node.logs.join("\n")).toMatch(reason);
  expect(await isAlive(node)).toBe(true);
}

describeRedis("a Redis that cannot take messages", () => {
  test("full: refused messages are not stored, acknowledged ones are, and it goes on when there is room again", async () => {
    const redis = await newRedis();
    const node = await newNode({ redis });
    const token = await newToken(node.url, "Ann");
    const client = await connectRaw(node.port);
    await client.enter(token, "general");
    await redis.cli("CONFIG", "SET", "maxmemory", String(Number(await usedMemory(redis)) + 300_000));

    const answers = new Map<string, ServerFrame>();
    const refusals = () => [...answers.values()].filter(({ type }) => type === "error");
    while (refusals().length < 5) {
      const id = randomUUID();
      answers.set(id, await client.say("general", "x".repeat(2_000), id));
      // What was refused comes again before anything later is taken.
      if (refusals().length > 0) answers.set(id, await client.say("general", "x".repeat(2_000), id));
    }
    for (const refusal of refusals())
      expect(refusal).toMatchObject({ code: expect.stringMatching(/^(unavailable|earlier_failed)$/), retry: true });
    expect(refusals()[0]).toMatchObject({ code: "unavailable" });

    const acknowledged = [...answers].filter(([, { type }]) => type === "ack").map(([id]) => id);
    expect(acknowledged.length).toBeGreaterThan(10);
    expect((await readHistory(node, token, "general")).map(({ id }) => id)).toEqual(acknowledged);
    await expectRefused(node, /full|maxmemory|memory/i);

    await redis.cli("CONFIG", "SET", "maxmemory", "0");
    await node.waitUntilReady();
    const refused = [...answers.keys()].filter((id) => !acknowledged.includes(id));
    for (const id of refused) {
      expect(await client.say("general", "x".repeat(2_000), id)).toMatchObject({ type: "ack", duplicate: false });
    }
    expect((await readHistory(node, token, "general")).map(({ id }) => id)).toEqual([...acknowledged, ...refused]);
    client.destroy();
  });

  test("read-only from one moment to the next: messages are refused, and taken again by a master", async () => {
    const redis = await newRedis();
    const node = await newNode({ redis });
    const client = await connectRaw(node.port);
    await client.enter(await newToken(node.url, "Ann"), "general");
    expect(await client.say("general", "before")).toMatchObject({ type: "ack", seq: 1 });

    // Of a master that is not there: it keeps its data, and takes nothing.
    await redis.cli("REPLICAOF", "127.0.0.1", "1");
    const id = randomUUID();
    expect(await client.say("general", "during", id)).toMatchObject({
      type: "error",
      code: "unavailable",
      retry: true,
    });
    await expectRefused(node, /read-only/i);

    await redis.cli("REPLICAOF", "NO", "ONE");
    await node.waitUntilReady();
    expect(await client.say("general", "during", id)).toMatchObject({ type: "ack", seq: 2, duplicate: false });
    client.destroy();
  });

  test("a replica from the start", async () => {
    const master = await newRedis();
    const replica = await newRedis({
      password: master.password,
      lines: [`replicaof 127.0.0.1 ${master.port}`, `masterauth ${master.password}`],
    });
    const node = await newNode({ redis: replica, unready: true });
    await expectRefused(node, /read-only/i);
  });

  test("another password", async () => {
    const redis = await newRedis();
    const password = newPassword();
    const node = await newNode({ redis: { url: redis.url, password }, unready: true });
    await expectRefused(node, /password/i);
    expect(node.logs.join("\n")).not.toContain(password);
  });

  test("a version that lacks what the scripts need", async () => {
    const redis = await newRedis();
    const proxy = await startProxy(redis.port);
    started.push(() => proxy.close());
    proxy.rewrite((chunk, direction) =>
      direction === "down"
        ? Buffer.from(chunk.toString("latin1").replace(/redis_version:\d/, "redis_version:6"), "latin1")
        : chunk,
    );
    const url = `redis://127.0.0.1:${proxy.port}`;
    const node = await newNode({ redis: { url, password: redis.password }, unready: true });
    await expectRefused(node, /too old/i);
  });

  test("nothing listens, and then something does", async () => {
    const redis = await newRedis();
    await redis.kill();
    const node = await newNode({ redis, unready: true });
    await expectRefused(node, /ECONNREFUSED/);
    await redis.start();
    await node.waitUntilReady();
  });
});

const usedMemory = async (redis: Redis): Promise<string | undefined> =>
  /used_memory:(\d+)/.exec(await redis.cli("INFO", "memory"))?.[1];
