import { connect } from "node:net";
import { expect, test } from "vitest";
import { ChatSocket } from "../../test/chat-socket.ts";
import { createChatWorld, origin } from "../../test/chat-world.ts";
import { errorCodes } from "../protocol/errors.ts";
import { limits } from "../protocol/limits.ts";
import { type Store, StoreError } from "../store/store.ts";

interface Answer {
  readonly status: number;
  readonly headers: string;
  readonly error: { readonly code: keyof typeof errorCodes; readonly retry: boolean; readonly retryAfterMs?: number };
}

/** The answer to a handshake written by hand. */
async function ask(port: number, changes: Record<string, string | undefined> = {}, path = "/ws"): Promise<Answer> {
  const headers: Record<string, string | undefined> = {
    Host: "chat",
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Protocol": "chat.v1",
    ...changes,
  };
  const lines = Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]));
  const socket = connect(port, "127.0.0.1");
  socket.write(`GET ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
  let text = "";
  for await (const chunk of socket.setEncoding("utf8")) {
    text += chunk;
    if (text.startsWith("HTTP/1.1 101")) break;
  }
  const [head = "", body = ""] = text.split("\r\n\r\n", 2);
  return { status: Number(head.split(" ")[1]), headers: head, error: JSON.parse(body || "{}").error };
}

test("a client of the protocol is let in, and told which", async () => {
  const { start } = createChatWorld();
  const { port } = await start();
  const { status, headers } = await ask(port);
  expect(status).toBe(101);
  expect(headers).toContain("Sec-WebSocket-Protocol: chat.v1");
  expect((await ask(port, {}, "/ws?x=1")).status).toBe(101);
  expect((await ask(port, { "Sec-WebSocket-Protocol": "other, chat.v1" })).status).toBe(101);
});

// Compression would cost seven times the CPU of a delivery.
test("compression is not agreed to", async () => {
  const { start } = createChatWorld();
  const { port } = await start();
  const { headers } = await ask(port, { "Sec-WebSocket-Extensions": "permessage-deflate" });
  expect(headers).not.toContain("Extensions");
});

test.each<[string, Record<string, string | undefined>, string, Answer["error"]["code"]]>([
  ["another path", {}, "/", "not_found"],
  ["a path below", {}, "/ws/", "not_found"],
  ["no subprotocol", { "Sec-WebSocket-Protocol": undefined }, "/ws", "bad_request"],
  ["another subprotocol", { "Sec-WebSocket-Protocol": "chat.v2" }, "/ws", "bad_request"],
  ["another origin", { Origin: "https://evil.example.org" }, "/ws", "bad_origin"],
  ["an origin that begins alike", { Origin: `${origin}.evil.example.org` }, "/ws", "bad_origin"],
  ["an origin that ends alike", { Origin: "https://evil-chat.example.org" }, "/ws", "bad_origin"],
  ["the origin without TLS", { Origin: origin.replace("https", "http") }, "/ws", "bad_origin"],
  ["an opaque origin", { Origin: "null" }, "/ws", "bad_origin"],
  ["no key", { "Sec-WebSocket-Key": undefined }, "/ws", "bad_request"],
  ["an old version", { "Sec-WebSocket-Version": "7" }, "/ws", "bad_request"],
])("%s is refused with a code", async (_what, changes, path, code) => {
  const { start } = createChatWorld();
  const { port } = await start();
  const { status, error } = await ask(port, changes, path);
  expect(error).toMatchObject({ code, message: errorCodes[code].message, retry: false });
  expect(status).toBe(errorCodes[code].status);
});

test("the allowed origin is let in", async () => {
  const { start } = createChatWorld();
  const { port } = await start();
  expect((await ask(port, { Origin: origin })).status).toBe(101);
});

test("nobody comes in before the bans are read", async () => {
  const { start } = createChatWorld();
  let isAway = true;
  const list: Store["leases"]["list"] = async () => Promise.reject(new StoreError("refused", "away"));
  const { port, bans } = await start({
    wrap: (store) => ({
      ...store,
      leases: { ...store.leases, list: (g) => (isAway ? list(g) : store.leases.list(g)) },
    }),
  });
  expect(await ask(port)).toMatchObject({ status: 503, error: { code: "unavailable", retry: true } });
  isAway = false;
  await bans.refresh();
  expect((await ask(port)).status).toBe(101);
});

test("too many handshakes of one address are refused, of another one are not", async () => {
  const { start } = createChatWorld();
  let address = "192.0.2.1";
  const rates = { connectionsPerAddress: { burst: 2, perSecond: 0.5 } };
  const { port, metrics } = await start({ rates, readAddress: () => address });
  expect([(await ask(port)).status, (await ask(port)).status]).toEqual([101, 101]);
  const { status, headers, error } = await ask(port);
  expect({ status, error }).toMatchObject({ status: 429, error: { code: "rate_limited", retry: true } });
  expect(error.retryAfterMs).toBeGreaterThan(1_000);
  expect(headers).toMatch(/^Retry-After: 2$/m);
  address = "192.0.2.2";
  expect((await ask(port)).status).toBe(101);
  await metrics.scrape();
  const counted = (await metrics.upgrades.get()).values.map(({ labels, value }) => [labels.result, value]);
  expect(Object.fromEntries(counted)).toEqual({ accepted: 3, rate_limited: 1 });
});

test("too many handshakes of one node are refused, and who is refused by address does not count", async () => {
  const { start } = createChatWorld();
  let address = 0;
  const { port } = await start({
    rates: {
      connectionsPerAddress: { burst: 1, perSecond: 0.001 },
      connectionsPerNode: { burst: 3, perSecond: 0.001 },
    },
    readAddress: () => `192.0.2.${address}`,
  });
  for (let attempt = 0; attempt < 5; attempt++) await ask(port);
  const statuses: number[] = [];
  for (address = 1; address <= 3; address++) statuses.push((await ask(port)).status);
  expect(statuses).toEqual([101, 101, 429]);
});

// After a storm everybody would have used up the attempts that were for coming back.
test("who is refused by a node that has too many to do may come again", async () => {
  const { start } = createChatWorld();
  const { port, engine } = await start({ rates: { connectionsPerAddress: { burst: 1, perSecond: 0.001 } } });
  let waitMs = 700;
  Object.assign(engine.limiters.connectionsPerNode, { take: () => waitMs });
  for (let attempt = 0; attempt < 3; attempt++) {
    expect(await ask(port)).toMatchObject({ status: 429, error: { retryAfterMs: 700 } });
  }
  waitMs = 0;
  expect([(await ask(port)).status, (await ask(port)).status]).toEqual([101, 429]);
});

test("a node that drains sends newcomers away", async () => {
  const { start } = createChatWorld();
  const { port, engine } = await start();
  engine.draining = true;
  const { status, headers, error } = await ask(port);
  expect({ status, error }).toMatchObject({ status: 503, error: { code: "draining", retry: true } });
  expect(headers).toMatch(/^Retry-After: 1$/m);
});

test("a frame above the limit ends the connection, one at the limit does not", async () => {
  const { start } = createChatWorld();
  const { port } = await start();
  const socket = await ChatSocket.open(port);
  socket.ws.send(" ".repeat(limits.frameBytes));
  expect(await socket.next("error")).toMatchObject({ code: "bad_json" });
  socket.ws.send(" ".repeat(limits.frameBytes + 1));
  expect(await socket.closed).toMatchObject({ code: 1009 });
});

test("text that is not UTF-8 ends the connection", async () => {
  const { start } = createChatWorld();
  const { port } = await start();
  const socket = await ChatSocket.open(port);
  socket.ws.send(Buffer.from([0x22, 0xff, 0x22]), { binary: false });
  expect(await socket.closed).toMatchObject({ code: 1007 });
});
