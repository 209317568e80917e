import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { closeCodes } from "../../src/protocol/close-codes.ts";
import { limits } from "../../src/protocol/limits.ts";
import { type ChatNode, startNode } from "../nodes.ts";
import { readMetric, withoutRateLimits } from "./observe-node.ts";
import { connectRaw, newToken, type RawClient } from "./raw-client.ts";
import { clientBytes, opcodes, type RawFrame, text } from "./raw-frames.ts";

let node: ChatNode;
let witness: RawClient;
beforeAll(async () => {
  node = await startNode({ env: withoutRateLimits });
  witness = await connectRaw(node.port);
  await witness.enter(await newToken(node.url, "Witness"), "general");
});
afterAll(async () => {
  witness?.destroy();
  await node?.kill();
});

const openConnections = () => readMetric(node, "chat_connections");

// Whatever one connection does, another one does not notice, and nothing stays of the one that did it.
afterEach(async () => {
  expect(await witness.say("general", "still here")).toMatchObject({ type: "ack" });
  await expect.poll(openConnections).toBe(1);
});

const { protocolError, badUtf8, fragments, tooBig } = closeCodes;
const invalidUtf8 = Buffer.from([0x22, 0xc3, 0x28, 0x22]);
const half = { opcode: opcodes.text, payload: '{"type":', fin: false };
const closePayload = (code: number, reason: Uint8Array | string = ""): Buffer => {
  const payload = Buffer.concat([Buffer.alloc(2), Buffer.from(reason)]);
  payload.writeUInt16BE(code);
  return payload;
};

const refusedText = text({ type: "send", room: "deaf", id: "0f8fad5b-d9cb-469f-a165-70867728950e", text: " " });

const malformed: readonly (readonly [string, number, readonly RawFrame[]])[] = [
  ["a frame without a mask", protocolError.code, [{ opcode: opcodes.text, payload: "{}", masked: false }]],
  ["the first reserved bit", protocolError.code, [{ opcode: opcodes.text, payload: "{}", reserved: 4 }]],
  ["the second reserved bit", protocolError.code, [{ opcode: opcodes.text, payload: "{}", reserved: 2 }]],
  ["the third reserved bit", protocolError.code, [{ opcode: opcodes.text, payload: "{}", reserved: 1 }]],
  ["an unknown data frame", protocolError.code, [{ opcode: 3, payload: "{}" }]],
  ["an unknown control frame", protocolError.code, [{ opcode: 11 }]],
  ["a continuation of nothing", protocolError.code, [{ opcode: opcodes.continuation, payload: "{}" }]],
  ["a new message inside another one", protocolError.code, [half, { opcode: opcodes.text, payload: "{}" }]],
  ["a ping in pieces", protocolError.code, [{ opcode: opcodes.ping, fin: false }]],
  ["a ping of 126 bytes", protocolError.code, [{ opcode: opcodes.ping, payload: "x".repeat(126) }]],
  ["half a close code", protocolError.code, [{ opcode: opcodes.close, payload: "x" }]],
  ["a close code that is never sent", protocolError.code, [{ opcode: opcodes.close, payload: closePayload(1005) }]],
  ["a close code below all", protocolError.code, [{ opcode: opcodes.close, payload: closePayload(999) }]],
  ["a close code above all", protocolError.code, [{ opcode: opcodes.close, payload: closePayload(5000) }]],
  [
    "a close reason that is not UTF-8",
    badUtf8.code,
    [{ opcode: opcodes.close, payload: closePayload(1000, invalidUtf8) }],
  ],
  ["a text that is not UTF-8", badUtf8.code, [{ opcode: opcodes.text, payload: invalidUtf8 }]],
  ["half of a surrogate pair", badUtf8.code, [{ opcode: opcodes.text, payload: Buffer.from([0xed, 0xa0, 0x80]) }]],
  ["a message above the limit", tooBig.code, [{ opcode: opcodes.text, payload: "x".repeat(limits.frameBytes + 1) }]],
  [
    "a length that says a terabyte",
    tooBig.code,
    [{ opcode: opcodes.text, payload: "x", lengthBits: 64, claimedLength: 1n << 40n }],
  ],
  [
    "a length that no double can count",
    tooBig.code,
    [{ opcode: opcodes.text, payload: "x", lengthBits: 64, claimedLength: 1n << 62n }],
  ],
  [
    "pieces that are too much together",
    tooBig.code,
    [half, ...Array.from({ length: 20 }, () => ({ opcode: 0, payload: "x".repeat(1_000), fin: false }))],
  ],
  [
    "a flood of empty pieces",
    fragments.code,
    [half, ...Array.from({ length: 17_000 }, () => ({ opcode: opcodes.continuation, fin: false }))],
  ],
];

test.each(malformed)("%s ends the connection with %i", async (_, code, frames) => {
  const client = await connectRaw(node.port);
  client.write(Buffer.concat(frames.map(clientBytes)));
  expect(await client.ended).toEqual({ code });
});

test.each([
  ["a ping between the pieces of a message", [half, { opcode: opcodes.ping, payload: "x" }]],
  ["a length in more bytes than it needs", [{ ...half, lengthBits: 64 as const }]],
])("%s is allowed", async (_, frames) => {
  const client = await connectRaw(node.port);
  client.write(Buffer.concat([...frames, { opcode: opcodes.continuation, payload: '"x"}' }].map(clientBytes)));
  await client.receive((frame) => frame.type === "error");
  expect(client.isOpen()).toBe(true);
  client.destroy();
});

test("a message in pieces of one byte, cut inside a character, is one message", async () => {
  const client = await connectRaw(node.port);
  await client.enter(await newToken(node.url, "Pieces"), "pieces");
  const id = "0f8fad5b-d9cb-469f-a165-70867728950e";
  const bytes = Buffer.from(JSON.stringify({ type: "send", room: "pieces", id, text: "é語👩" }));
  bytes.forEach((byte, at) => {
    const opcode = at === 0 ? opcodes.text : opcodes.continuation;
    client.write(clientBytes({ opcode, payload: Buffer.of(byte), fin: at === bytes.length - 1 }));
  });
  expect(await client.receive((frame) => frame.type === "message")).toMatchObject({ text: "é語👩" });
  client.destroy();
});

test("frames that come together with the upgrade are not lost", async () => {
  const token = await newToken(node.url, "Hasty");
  const client = await connectRaw(node.port, text({ type: "hello", token }));
  expect(await client.receive((frame) => frame.type === "welcome")).toMatchObject({ user: { name: "Hasty" } });
  client.destroy();
});

const pings = (count: number) =>
  Buffer.concat(Array.from({ length: count }, () => clientBytes({ opcode: opcodes.ping, payload: "x".repeat(125) })));

test("who sends pings and reads is answered", async () => {
  const client = await connectRaw(node.port);
  await client.enter(await newToken(node.url, "Pinger"), "pings");
  // More than `ws` lets wait (60), but never so many at once.
  for (let round = 0; round < 10; round += 1) {
    client.write(pings(10));
    expect(await client.answersOrEnds()).toBe("answers");
  }
  client.destroy();
});

// The answers would pile up in the server's memory for as long as the flood lasts.
test.each([
  ["pings of the WebSocket layer", () => pings(1_000)],
  ["pings of the protocol", () => Buffer.concat(Array.from({ length: 5_000 }, () => text({ type: "ping" })))],
  ["texts that are refused", () => Buffer.concat(Array.from({ length: 1_000 }, () => refusedText))],
])("who sends %s without reading the answers is cut", async (name, flood) => {
  const client = await connectRaw(node.port);
  await client.enter(await newToken(node.url, name.slice(0, limits.nameLength)), "deaf");
  client.socket.pause();
  const bytes = flood();
  for (let round = 0; round < 400 && client.socket.writable; round += 1) {
    if (!client.socket.write(bytes)) await Promise.race([once(client.socket, "drain"), pause(1_000)]).catch(() => {});
    if ((await openConnections()) === 1) break;
  }
  await expect.poll(openConnections).toBe(1);
  client.destroy();
});

test("random bytes after the upgrade end in a documented code or in nothing", async () => {
  const documented = new Set<number | undefined>(Object.values(closeCodes).map(({ code }) => code));
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (bytes) => {
      const client = await connectRaw(node.port);
      client.write(bytes);
      // A length that promises more leaves the server waiting for it: the client gives up.
      client.socket.end();
      const { code } = await client.ended;
      if (code !== undefined) expect([...documented, 1005]).toContain(code);
    }),
    { numRuns: 100 },
  );
});

// A peer that sends FIN and nothing else: without a look at it, each would stay until the heartbeat.
test("a connection whose other half closed is closed", async () => {
  const clients = await Promise.all(Array.from({ length: 20 }, () => connectRaw(node.port)));
  expect(await openConnections()).toBe(21);
  for (const client of clients) client.socket.end();
  await Promise.all(clients.map(({ ended }) => ended));
  await expect.poll(openConnections).toBe(1);
});

test("a connection that is reset is forgotten", async () => {
  const clients = await Promise.all(Array.from({ length: 20 }, () => connectRaw(node.port)));
  for (const client of clients) client.socket.resetAndDestroy();
  await expect.poll(openConnections).toBe(1);
});
