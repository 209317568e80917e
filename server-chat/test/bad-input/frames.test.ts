import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closeCodes } from "../../src/protocol/close-codes.ts";
import { clientFrame } from "../../src/protocol/frames.ts";
import { type ChatNode, startNode } from "../nodes.ts";
import { frameText } from "./bad-frames.ts";
import { collectableArgs, liveHeap, readMetric, withoutRateLimits } from "./observe-node.ts";
import { connectRaw, newToken, type RawClient } from "./raw-client.ts";
import { clientBytes, opcodes, text } from "./raw-frames.ts";

const documented = new Set<number | undefined>(Object.values(closeCodes).map(({ code }) => code));

let node: ChatNode;
let token: string;
beforeAll(async () => {
  node = await startNode({ env: withoutRateLimits, nodeArgs: collectableArgs });
  token = await newToken(node.url, "Mallory");
});
afterAll(() => node?.kill());

const parse = (input: string) => {
  try {
    return clientFrame.safeParse(JSON.parse(input)).data;
  } catch {
    return undefined;
  }
};

const errorsFrom = (client: RawClient, from: number): number =>
  client.frames.slice(from).filter(({ type }) => type === "error").length;

/** Sends one text; the server answers with a coded error or ends the connection with a documented code, and lives. */
async function feed(client: RawClient, input: string): Promise<void> {
  const before = client.frames.length;
  client.write(text(input));
  const outcome = await client.answersOrEnds();
  if (outcome !== "answers") expect(documented).toContain(outcome.code);
  else if (parse(input) === undefined) expect([input, errorsFrom(client, before)]).toEqual([input, 1]);
}

/** A connection that is in the room `general`, made anew when the last one ended. */
function keptOpen() {
  let client: RawClient | undefined;
  return {
    async get(): Promise<RawClient> {
      if (client?.isOpen()) return client;
      client = await connectRaw(node.port);
      await client.enter(token, "general");
      return client;
    },
    close: () => client?.destroy(),
  };
}

test("after hello, every text is answered or ends the connection with a documented code", async () => {
  const kept = keptOpen();
  await fc.assert(
    fc.asyncProperty(frameText, async (input) => feed(await kept.get(), input)),
    { numRuns: 600 },
  );
  kept.close();
});

test("before hello, nothing but hello is done: an error, and then a good hello works", async () => {
  await fc.assert(
    fc.asyncProperty(frameText, async (input) => {
      const client = await connectRaw(node.port);
      client.write(text(input));
      if (parse(input)?.type === "hello") {
        expect(await client.ended).toEqual({ code: closeCodes.badToken.code });
        return;
      }
      await client.enter(token, "general");
      expect(client.frames.slice(0, 2).map(({ type }) => type)).toEqual(["error", "welcome"]);
      client.destroy();
    }),
    { numRuns: 200 },
  );
});

test("binary frames are refused, whatever they hold", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (payload) => {
      const client = await connectRaw(node.port);
      await client.enter(token, "general");
      client.write(clientBytes({ opcode: opcodes.binary, payload }));
      const outcome = await client.answersOrEnds();
      if (outcome === "answers") expect(client.frames.filter(({ type }) => type === "error")).toHaveLength(1);
      else expect(documented).toContain(outcome.code);
      client.destroy();
    }),
    { numRuns: 30 },
  );
});

// Somebody who sends garbage for hours must not be able to end the server for the others.
test("garbage leaves nothing behind in memory", async () => {
  const kept = keptOpen();
  const flood = async (seed: number) => {
    const inputs = fc.sample(frameText, { numRuns: 3_000, seed });
    for (let at = 0; at < inputs.length; at += 50) {
      const client = await kept.get();
      for (const input of inputs.slice(at, at + 50)) client.write(text(input));
      await client.answersOrEnds();
    }
  };
  for (let round = 0; round < 3; round += 1) await flood(round);
  const before = await liveHeap(node);
  for (let round = 3; round < 9; round += 1) await flood(round);
  const grown = (await liveHeap(node)) - before;
  kept.close();
  // 18,000 inputs of some 500 bytes: what is kept of each would show.
  expect(grown).toBeLessThan(2 * 1024 * 1024);
});

test("connections that end in any way leave nothing behind in memory", async () => {
  const ways: readonly ((client: RawClient) => void)[] = [
    ({ socket }) => socket.destroy(),
    ({ socket }) => socket.resetAndDestroy(),
    ({ socket }) => socket.end(),
    (client) => client.write(clientBytes({ opcode: opcodes.close })),
    (client) => client.write(clientBytes({ opcode: 3 })),
  ];
  const comeAndGo = async (rounds: number) => {
    for (let round = 0; round < rounds; round += 1) {
      const clients = await Promise.all(ways.map(() => connectRaw(node.port)));
      await Promise.all(clients.map((client) => client.enter(token, "general")));
      clients.forEach((client, at) => {
        ways[at]?.(client);
      });
      await Promise.all(clients.map(({ ended }) => ended));
    }
    await expect.poll(() => readMetric(node, "chat_connections")).toBe(0);
  };
  await comeAndGo(40);
  const before = await liveHeap(node);
  await comeAndGo(160);
  // Of 800 connections, each some kilobytes while it is open.
  expect((await liveHeap(node)) - before).toBeLessThan(1024 * 1024);
});

test("whatever was sent, the others chat on, and the log holds neither texts nor tokens", async () => {
  const client = await connectRaw(node.port);
  await client.enter(token, "general");
  const words = `secret ${randomUUID()}`;
  expect(await client.say("general", words)).toMatchObject({ type: "ack", duplicate: false });
  client.destroy();
  const log = node.logs.join("\n");
  expect(log).not.toContain(words);
  expect(log).not.toContain(token);
  expect(node.logs.filter((line) => line.includes('"level":"fatal"'))).toEqual([]);
});
