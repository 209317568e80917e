import { once } from "node:events";
import type { Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { createPublicServer, publicBounds } from "./public-server.ts";

const opened: (Server | Socket)[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) {
    if ("closeAllConnections" in one) {
      one.close();
      one.closeAllConnections();
    } else one.destroy();
  }
});

async function open(changes: Partial<typeof publicBounds> = {}) {
  const bounds = { ...publicBounds, headMs: 50, requestMs: 100, checkEveryMs: 10, ...changes };
  const server = createPublicServer((_request, response) => response.end("hello"), bounds);
  server.on("upgrade", (_request, socket) => socket.write("HTTP/1.1 101 Switching Protocols\r\n\r\n"));
  await once(server.listen(0, "127.0.0.1"), "listening");
  opened.push(server);
  const port = (server.address() as AddressInfo).port;
  return async (): Promise<Socket> => {
    const socket = connect(port, "127.0.0.1").on("error", () => {});
    opened.push(socket);
    await once(socket, "connect");
    return socket;
  };
}

const closed = async (socket: Socket): Promise<string> => {
  let text = "";
  socket.on("data", (data) => {
    text += data;
  });
  await once(socket, "close");
  return text;
};

const upgrade = "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

test.each([
  ["nothing", ""],
  ["half a head", "GET / HTTP/1.1\r\nHost: x\r\n"],
  ["half a body", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n1"],
])("who sends %s and waits is not waited for", async (_name, bytes) => {
  const socket = await (await open())();
  socket.write(bytes);
  await closed(socket);
});

test("a head that does not end is refused", async () => {
  const socket = await (await open())();
  socket.write(`GET / HTTP/1.1\r\nHost: x\r\nCookie: ${"x".repeat(17 * 1024)}`);
  expect(await closed(socket)).toContain(" 431 ");
});

// `curl --http2` asks for it with every request; whoever does not speak it answers as if it had not been asked
// (RFC 9110, 7.8). A WebSocket is asked for in any case of letters (RFC 6455, 4.2.1).
test.each([
  ["h2c", "hello"],
  ["websocket", " 101 "],
  ["WebSocket", " 101 "],
])("who offers an upgrade to %s is answered %j", async (protocol, answer) => {
  const socket = await (await open())();
  socket.write(upgrade.replace("websocket", protocol));
  const [data] = await once(socket, "data");
  expect(String(data)).toContain(answer);
});

// The bounds are about who asks for something, not about who chats.
test("a WebSocket stays, however silent", async () => {
  const connectOne = await open();
  const socket = await connectOne();
  socket.write(upgrade);
  await once(socket, "data");
  await closed(await connectOne());
  expect(socket.destroyed).toBe(false);
});

test("too many silent sockets keep neither those who chat out nor, when they are gone, anybody else", async () => {
  const connectOne = await open({ waitingSockets: 2, headMs: 60_000, requestMs: 60_000 });
  const chats = await connectOne();
  chats.write(upgrade);
  await once(chats, "data");
  const silent = [await connectOne(), await connectOne()];
  await closed(await connectOne());
  for (const socket of silent) socket.destroy();
  await expect
    .poll(async () => {
      const socket = await connectOne();
      socket.write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      return closed(socket);
    })
    .toContain("hello");
  expect(chats.destroyed).toBe(false);
});
