import { randomUUID } from "node:crypto";
import { connect as connectTcp, createServer, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import type { WebSocket } from "ws";
import { ChatSocket } from "../../test/chat-socket.ts";
import { createChatWorld, eventually, type TestNode, tokensAt } from "../../test/chat-world.ts";
import { type CloseName, closeCodes } from "../protocol/close-codes.ts";
import { limits } from "../protocol/limits.ts";

const times = (count: number, act: () => void): void => {
  for (let done = 0; done < count; done++) act();
};

const user = { id: "u-Ada", name: "Ada" };
/** A whole round of the sweep in 20 ms. */
const fastSweep = { sweepTickMs: 10, sweepTicks: 2 };

test("hello is answered with who one is, who answers, and the limits", async () => {
  const { start } = createChatWorld();
  const node = await start();
  const ada = await node.connect("Ada");
  expect(ada.frames).toEqual([
    {
      type: "welcome",
      user,
      server: { id: expect.any(String), version: "1.2.3", commit: "abc", colour: "green" },
      limits,
    },
  ]);
});

test("hello and join sent at once are answered in order", async () => {
  const { start, tokens } = createChatWorld();
  const node = await start();
  const other = await node.connect("Bob");
  await other.join("tea");
  const socket = await ChatSocket.open(node.port);
  const { token } = await tokens.sign(user, "member");
  socket.send({ type: "hello", token });
  socket.send({ type: "join", room: "tea" });
  await socket.next("presence");
  expect(socket.frames.map(({ type }) => type).slice(0, 3)).toEqual(["welcome", "joined", "presence"]);
});

test("without a hello in time the connection is closed", async () => {
  const { start } = createChatWorld();
  const node = await start({ pace: { ...fastSweep, helloMs: 50 } });
  const [silent, polite] = [await ChatSocket.open(node.port), await node.connect("Ada")];
  expect(await silent.closed).toEqual({ code: 4001, reason: closeCodes.helloTimeout.reason });
  polite.send({ type: "ping" });
  await polite.next("pong");
});

test.each([
  ["nonsense", async () => "nonsense"],
  ["one of another key", async () => (await tokensAt(() => 0).sign(user, "member")).token.slice(0, -2)],
  ["one that is over", async () => (await tokensAt(Date.now).sign(user, "member", Date.now() - 120_000)).token],
])("a token that is %s ends the connection", async (_what, create) => {
  const { start } = createChatWorld();
  const node = await start();
  const socket = await ChatSocket.open(node.port);
  socket.send({ type: "hello", token: await create() });
  expect(await socket.next("error")).toMatchObject({ code: "unauthorized", retry: false });
  expect(await socket.closed).toEqual({ code: 4501, reason: closeCodes.badToken.reason });
});

test("a token that ends while connected ends the connection, by no timer of its own", async () => {
  const { start } = createChatWorld();
  let now = Date.now();
  const node = await start({ pace: fastSweep, clock: () => now });
  const ada = await node.connect("Ada");
  await ada.join("tea");
  now += 3_590_000;
  await ada.say("tea", "still here");
  now += 20_000;
  expect(await ada.closed).toEqual({ code: 4003, reason: closeCodes.tokenExpired.reason });
});

test("a name that somebody else holds ends the connection", async () => {
  const { start, tokens } = createChatWorld();
  const [one, two] = [await start(), await start()];
  await one.connect("Ada");
  const socket = await ChatSocket.open(two.port);
  // "Ada" in full width shows the same.
  const { token } = await tokens.sign({ id: "u-other", name: "Ａda" }, "member");
  socket.send({ type: "hello", token });
  expect(await socket.closed).toEqual({ code: 4502, reason: closeCodes.nameTaken.reason });
});

const wrong: readonly [what: string, frame: string | Buffer, code: string][] = [
  ["no JSON", "hello", "bad_json"],
  ["half of it", '{"type":', "bad_json"],
  ["null", "null", "bad_json"],
  ["a list", "[]", "bad_json"],
  ["a text", '"ping"', "bad_json"],
  ["binary", Buffer.from('{"type":"ping"}'), "bad_json"],
  ["nothing", "", "bad_json"],
  ["no type", "{}", "bad_request"],
  ["an unknown type", '{"type":"shout"}', "bad_request"],
  ["a type of the server", '{"type":"ack"}', "bad_request"],
  ["a type that objects have", '{"type":"__proto__"}', "bad_request"],
  ["a field too many", '{"type":"ping","x":1}', "bad_request"],
  ["a field of another type", '{"type":"join","room":7}', "bad_request"],
  ["a room's name in capitals", '{"type":"join","room":"Tea"}', "bad_room"],
  ["a number below zero", '{"type":"join","room":"tea","epoch":"e","after":-1}', "bad_request"],
  ["an id that is none", '{"type":"send","room":"tea","id":"1","text":"x"}', "bad_request"],
  ["a blank text", `{"type":"send","room":"tea","id":"${randomUUID()}","text":" "}`, "bad_text"],
  ["half a character", `{"type":"send","room":"tea","id":"${randomUUID()}","text":"\\ud83d"}`, "bad_text"],
];

// One `null` frame ended the original's process.
test.each(wrong)("%s is answered with a code, before and after hello", async (_what, frame, code) => {
  const { start } = createChatWorld();
  const node = await start();
  const [stranger, ada] = [await ChatSocket.open(node.port), await node.connect("Ada")];
  for (const socket of [stranger, ada]) {
    socket.ws.send(frame);
    expect(await socket.next("error")).toMatchObject({ code, retry: false });
  }
  ada.send({ type: "ping" });
  await ada.next("pong");
});

test("before hello nothing is done, after it there is no other", async () => {
  const { start, tokens } = createChatWorld();
  const node = await start();
  const socket = await ChatSocket.open(node.port);
  socket.send({ type: "join", room: "tea" });
  expect(await socket.next("error")).toMatchObject({ code: "hello_first" });
  const { token } = await tokens.sign(user, "member");
  socket.send({ type: "hello", token });
  socket.send({ type: "hello", token });
  expect(await socket.next("error")).toMatchObject({ code: "hello_twice" });
});

test("a client that goes on sending nonsense is closed, with an answer to each", async () => {
  const { start } = createChatWorld();
  const node = await start();
  const socket = await ChatSocket.open(node.port);
  for (let index = 0; index < 100; index++) socket.ws.send("nonsense");
  expect(await socket.closed).toEqual({ code: 4500, reason: closeCodes.badFrame.reason });
  expect(socket.of("error")).toHaveLength(20);
});

test("what people mistype is no nonsense", async () => {
  const { start } = createChatWorld();
  const node = await start();
  const ada = await node.connect("Ada");
  await ada.join("tea");
  for (let index = 0; index < 30; index++) ada.send({ type: "send", room: "tea", id: randomUUID(), text: "\u0000" });
  await eventually("thirty refusals", () => ada.of("error").length === 30);
  await ada.say("tea", "sorry");
});

test("frames in haste are refused, and a client that is deaf to it is closed", async () => {
  const { start } = createChatWorld();
  const node = await start({ rates: { frames: { burst: 5, perSecond: 0.001 } } });
  const ada = await node.connect("Ada");
  for (let index = 0; index < 400; index++) ada.send({ type: "ping" });
  expect(await ada.next("error")).toMatchObject({
    code: "rate_limited",
    retry: true,
    retryAfterMs: expect.any(Number),
  });
  expect(await ada.closed).toEqual({ code: 4004, reason: closeCodes.overload.reason });
  expect(ada.of("pong")).toHaveLength(5);
});

test("who answers pings stays; who does not is cut", async () => {
  const { start } = createChatWorld();
  const node = await start({ pace: { ...fastSweep, pingRounds: 3 } });
  const [alive, mute] = [await node.connect("Ada"), await node.connect("Bob")];
  mute.ws.pong = () => undefined;
  expect(await mute.closed).toEqual({ code: 4002, reason: closeCodes.dead.reason });
  await alive.join("tea");
  await alive.say("tea", "here");
  expect(node.logs.findLast(({ msg }) => msg === "a connection ended")).toMatchObject({
    user: "u-Bob",
    reason: "dead",
    code: 4002,
  });
});

/** A TCP relay that stops reading what the server sends, as a phone in a tunnel does. */
async function relay(to: number): Promise<{ readonly port: number; readonly stall: () => void }> {
  const sockets: Socket[] = [];
  const server = createServer((near) => {
    const far = connectTcp(to, "127.0.0.1");
    sockets.push(near, far);
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) socket.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  return {
    port: typeof address === "object" ? (address?.port ?? 0) : 0,
    stall() {
      sockets[1]?.unpipe();
      sockets[1]?.pause();
    },
  };
}

test("who reads too slowly is cut at a bound, and resumes without a gap", async () => {
  const { start, tokens } = createChatWorld();
  const node = await start({ pace: { closeMs: 100 } });
  const { port, stall } = await relay(node.port);
  const slow = await ChatSocket.open(port);
  slow.send({ type: "hello", token: (await tokens.sign({ id: "u-Slow", name: "Slow" }, "member")).token });
  const { epoch } = await slow.join("tea");
  const bob = await node.connect("Bob");
  await bob.join("tea");
  await bob.say("tea", "before");
  const last = await slow.next("message");
  stall();
  const text = "x".repeat(4_000);
  const ended = () => node.logs.find(({ reason }) => reason === "slow");
  // The kernels' buffers take some megabytes before the server's own begin to fill.
  for (let sent = 1; ended() === undefined && sent < 8_000; sent++) await bob.say("tea", text);
  expect(ended()).toMatchObject({ user: "u-Slow", code: expect.any(Number) });

  const again = await node.connect("Slow");
  const joined = await again.join("tea", { epoch, after: last.seq, id: last.id });
  expect(joined.recovered).toBe(true);
  expect(joined.messages[0]?.seq).toBe(last.seq + 1);
  expect((await node.metrics.slowClosed.get()).values[0]?.value).toBe(1);
});

test("the log has one line for each connection: who, why, how much, and nothing that was said", async () => {
  const { start } = createChatWorld();
  const node = await start();
  const ada = await node.connect("Ada");
  await ada.join("tea");
  await ada.say("tea", "a secret");
  ada.ws.close(1000);
  await ada.closed;
  const lines = await eventually("the line", () => {
    const ends = node.logs.filter(({ msg }) => msg === "a connection ended");
    return ends.length > 0 && ends;
  });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({ user: "u-Ada", reason: "client", code: 1000, framesIn: 3, stored: 1 });
  expect(lines[0]?.durationMs).toEqual(expect.any(Number));
  expect(JSON.stringify(node.logs)).not.toContain("secret");
  expect(node.engine.connections).toBe(0);
});

const endOf = (node: TestNode) =>
  eventually("the line", () => node.logs.find(({ msg }) => msg === "a connection ended"));

const broken: readonly [what: string, name: CloseName, misbehave: (ws: WebSocket) => void][] = [
  ["a frame that is too big", "tooBig", (ws) => ws.send("x".repeat(limits.frameBytes + 1))],
  ["a text that is not UTF-8", "badUtf8", (ws) => ws.send(Buffer.from([0xff]), { binary: false })],
  ["a message in too many pieces", "fragments", (ws) => times(200, () => ws.send("x", { fin: false }))],
  // Below the library, which masks every frame.
  ["a frame without a mask", "protocolError", (ws) => Object(ws)._socket.write(Buffer.from([0x81, 0x00]))],
];

// The table is what other clients are written by, and the log is where somebody looks for who is broken.
test.each(broken)("%s ends the connection as the table says, and is logged as that", async (_what, name, misbehave) => {
  const { start } = createChatWorld();
  const node = await start();
  const ada = await node.connect("Ada");
  misbehave(ada.ws);
  const { code, reason } = closeCodes[name];
  expect(await ada.closed).toEqual({ code, reason });
  expect(await endOf(node)).toMatchObject({ reason: name, code });
  expect((await node.metrics.closes.get()).values).toMatchObject([{ labels: { reason: name }, value: 1 }]);
});

// Otherwise anybody could fill a counter that is watched.
test.each([1002, 1007, 1009])("a client that says %i is logged as a client that left", async (code) => {
  const { start } = createChatWorld();
  const node = await start();
  const ada = await node.connect("Ada");
  ada.ws.close(code);
  expect(await endOf(node)).toMatchObject({ reason: "client", code });
});

test("the line names the request and the trace that the connection belongs to", async () => {
  const { start } = createChatWorld();
  const node = await start();
  const trace = "0af7651916cd43dd8448eb211c80319c";
  const headers = { "x-request-id": "edge-42", traceparent: `00-${trace}-b7ad6b7169203331-01` };
  const socket = await ChatSocket.open(node.port, { headers });
  socket.ws.close(1000);
  await socket.closed;
  const line = await eventually("the line", () => node.logs.find(({ msg }) => msg === "a connection ended"));
  expect(line).toMatchObject({ requestId: "edge-42", traceId: trace, reason: "client" });
});

test("a client that vanishes leaves nothing behind", async () => {
  const { start } = createChatWorld();
  const node = await start();
  const bob = await node.connect("Bob");
  await bob.join("tea");
  for (let index = 0; index < 20; index++) {
    const ada = await node.connect("Ada");
    await ada.join("tea");
    ada.cut();
  }
  await eventually("only Bob", () => node.engine.connections === 1);
  await bob.say("tea", "alone");
  expect((await node.metrics.closes.get()).values).toMatchObject([{ labels: { reason: "lost" }, value: 20 }]);
});
