import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { startProxy, type TcpProxy } from "./proxy.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

/** A server that answers every byte with its capital, a proxy before it, and what has passed. */
async function setUp() {
  const sockets = new Set<Socket>();
  const served: string[] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      served.push(chunk.toString());
      socket.write(chunk.toString().toUpperCase());
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const proxy = await startProxy((server.address() as AddressInfo).port);
  cleanups.push(() => proxy.close());
  return { proxy, served };
}

async function dial(proxy: TcpProxy) {
  const socket = connect(proxy.port, "127.0.0.1");
  cleanups.push(() => socket.destroy());
  let received = "";
  let ended = false;
  socket.on("data", (chunk) => {
    received += chunk;
  });
  socket.on("error", () => {});
  socket.on("close", () => {
    ended = true;
  });
  await Promise.race([once(socket, "connect"), once(socket, "close")]).catch(() => {});
  return { write: (text: string) => socket.write(text), received: () => received, ended: () => ended };
}

/** Long enough for loopback to have delivered what it is going to deliver. */
const settle = () => pause(60);

test("passes bytes both ways while healthy", async () => {
  const { proxy } = await setUp();
  const client = await dial(proxy);
  client.write("abc");
  await expect.poll(client.received).toBe("ABC");
  expect(proxy.connections).toBe(1);
});

test("a cut ends what is open, and new connections work", async () => {
  const { proxy } = await setUp();
  const client = await dial(proxy);
  await settle();
  proxy.cut();
  await expect.poll(client.ended).toBe(true);
  const next = await dial(proxy);
  next.write("a");
  await expect.poll(next.received).toBe("A");
});

test("refuse ends new connections until it is healed", async () => {
  const { proxy } = await setUp();
  proxy.refuse();
  await expect.poll((await dial(proxy)).ended).toBe(true);
  proxy.heal();
  const client = await dial(proxy);
  client.write("a");
  await expect.poll(client.received).toBe("A");
});

// A lost route loses no byte of a connection that outlives it: TCP sends again.
test("a black hole holds everything back, and heals late", async () => {
  const { proxy, served } = await setUp();
  const client = await dial(proxy);
  proxy.blackhole();
  client.write("a");
  await settle();
  expect(served).toEqual([]);
  expect(client.ended()).toBe(false);
  proxy.heal();
  await expect.poll(client.received).toBe("A");
});

test("a black hole one way lets the other way through", async () => {
  const { proxy, served } = await setUp();
  const client = await dial(proxy);
  proxy.blackhole("down");
  client.write("a");
  await expect.poll(() => served).toEqual(["a"]);
  await settle();
  expect(client.received()).toBe("");
});

test("dropped replies: the server acted, the client never hears of it", async () => {
  const { proxy, served } = await setUp();
  const client = await dial(proxy);
  proxy.dropReplies();
  client.write("a");
  await expect.poll(() => served).toEqual(["a"]);
  await settle();
  proxy.heal();
  await expect.poll(client.ended).toBe(true);
  expect(client.received()).toBe("");
});

test("delayed bytes stay in order when the delay ends", async () => {
  const { proxy } = await setUp();
  const client = await dial(proxy);
  proxy.delay(100);
  client.write("a");
  await settle();
  proxy.heal();
  client.write("b");
  await expect.poll(client.received).toBe("AB");
});

test("bytes can be rewritten on their way", async () => {
  const { proxy } = await setUp();
  proxy.rewrite((chunk, direction) => (direction === "down" ? Buffer.from(`<${chunk}>`) : chunk));
  const client = await dial(proxy);
  client.write("a");
  await expect.poll(client.received).toBe("<A>");
});
