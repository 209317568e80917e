import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { drainSeconds } from "../src/contract.ts";
import { subprotocol } from "../src/protocol/frames.ts";
import { drainTimes, planDrain } from "../src/server.ts";
import { describeRedis } from "./describe-redis.ts";
import { type ChatNode, type NodeOptions, startNode } from "./nodes.ts";
import { type Redis, startRedis } from "./redis.ts";
import { enter } from "./round-trip.ts";

const nodes: ChatNode[] = [];
const start = async (options: NodeOptions = {}): Promise<ChatNode> => {
  const node = await startNode(options);
  nodes.push(node);
  return node;
};
afterEach(() => Promise.all(nodes.splice(0).map((node) => node.kill())));

// The kubelet does not ask which step took too long: it kills.
test("all steps together, each at its longest, end within the contract's time", () => {
  const engine = { connections: 0, leave: async () => {}, close: async () => {} };
  const steps = planDrain({
    serveMs: drainTimes.serveMs,
    engine,
    people: createServer(),
    store: { close: async () => {} },
  });
  expect(steps.length).toBeGreaterThan(3);
  expect(steps.reduce((sum, { boundMs }) => sum + boundMs, 0)).toBeLessThan(drainSeconds * 1_000);
});

test("whoever is connected is told, answered and sent to another replica", async () => {
  const node = await start({ env: { RATE_MESSAGES: "100/1" } });
  const person = await enter(node.url, "Ada", "lobby");
  const ids = Array.from({ length: 20 }, () => randomUUID());
  for (const id of ids) person.send({ type: "send", room: "lobby", id, text: "hello" });
  await person.next("ack");
  const exited = node.term();
  expect(await person.next("drain")).toEqual({ type: "drain", reconnectInMs: expect.any(Number) });
  expect(await person.closed).toBe(1012);
  expect(await exited).toEqual({ code: 0, signal: null });
  const answers = [...person.left("ack"), ...person.left("error")];
  expect(new Set(answers.map(({ id }) => id))).toEqual(new Set(ids.slice(1)));
  for (const error of person.left("error")) expect(error.code).toBe("draining");
});

describeRedis("a replica that leaves others behind", () => {
  let redis: Redis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  test("serves those who still come by requests, and refuses those who want to stay", async () => {
    const node = await start({ redis });
    const here = await enter(node.url, "Ada", "lobby");
    node.signal("SIGTERM");
    await expect.poll(async () => (await node.readiness()).status).toBe(503);
    const info = await fetch(`${node.url}/api/info`);
    expect([info.status, info.headers.get("connection")]).toEqual([200, "close"]);
    const socket = new WebSocket(`${node.url.replace("http", "ws")}/ws`, subprotocol, { origin: node.url });
    socket.on("error", () => {});
    const [, response] = await once(socket, "unexpected-response");
    expect([response.statusCode, response.headers["retry-after"]]).toEqual([503, "1"]);
    socket.terminate();
    // Who is here goes on until told otherwise.
    const id = randomUUID();
    here.send({ type: "send", room: "lobby", id, text: "still here" });
    expect(await here.next("ack")).toMatchObject({ id, duplicate: false });
    expect(await here.closed).toBe(1012);
    expect(await node.exited).toEqual({ code: 0, signal: null });
  });

  test("takes its people out of the rooms", async () => {
    const node = await start({ redis });
    await enter(node.url, "Bob", "hall");
    const lease = () => redis.cli("--raw", "keys", "*presence:hall*");
    await expect.poll(async () => (await lease()).length, { timeout: 5_000 }).toBeGreaterThan(0);
    expect(await node.term()).toEqual({ code: 0, signal: null });
    const groups = (await lease()).split("\n").filter((key) => key !== "");
    for (const key of groups) expect(await redis.cli("hlen", key)).toBe("0");
  });

  test("a second signal ends it at once", async () => {
    const node = await start({ redis });
    node.signal("SIGTERM");
    await expect.poll(() => node.logs.join("\n")).toContain('"drains"');
    const signalledAt = performance.now();
    node.signal("SIGTERM");
    expect(await node.exited).toEqual({ code: 1, signal: null });
    // A drain serves for longer than that before it even begins to send people away.
    expect(performance.now() - signalledAt).toBeLessThan(1_000);
  });

  // Redis may be the reason why it is told to leave.
  test("leaves in time when Redis hangs", async () => {
    const node = await start({ redis });
    const person = await enter(node.url, "Eve", "lobby");
    redis.pause();
    try {
      person.send({ type: "send", room: "lobby", id: randomUUID(), text: "hello" });
      expect(await node.term()).toEqual({ code: 0, signal: null });
      expect(await person.closed).toBe(1012);
    } finally {
      redis.resume();
    }
  });
});
