import { afterAll, beforeAll, expect, test } from "vitest";
import { errorCodes } from "../../src/protocol/errors.ts";
import { subprotocol } from "../../src/protocol/frames.ts";
import { limits } from "../../src/protocol/limits.ts";
import { errorAnswer, rest } from "../../src/protocol/rest.ts";
import { type ChatNode, startNode } from "../nodes.ts";
import { withoutRateLimits } from "./observe-node.ts";
import { upgradeHead } from "./raw-client.ts";
import { exchange, open, readUntilClosed } from "./raw-http.ts";

let node: ChatNode;
beforeAll(async () => {
  node = await startNode({ env: withoutRateLimits });
});
afterAll(() => node?.kill());

const info = `GET ${rest.info.path} HTTP/1.1\r\nHost: 127.0.0.1\r\n`;
const session = `POST ${rest.createSession.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n`;
const statuses = (answer: string): readonly number[] =>
  [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));

test.each([
  ["a header above the limit", 431, `${info}Cookie: ${"x".repeat(20_000)}\r\n\r\n`],
  ["ten thousand headers", 431, `${info}${"A: b\r\n".repeat(10_000)}\r\n`],
  ["a path above the limit", 431, `GET /${"x".repeat(20_000)} HTTP/1.1\r\n\r\n`],
  ["a header with a line break in it", 400, `${info}X: a\rb\r\n\r\n`],
  ["two lengths", 400, `${session}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`],
  [
    "a length and chunks, of which a proxy may believe the other",
    400,
    `${session}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  ],
  ["a length that is no number", 400, `${session}Content-Length: two\r\n\r\n{}`],
  ["a chunk's size that is no number", 400, `${session}Transfer-Encoding: chunked\r\n\r\nzz\r\n`],
  ["no host", 400, `GET ${rest.info.path} HTTP/1.1\r\n\r\n`],
  ["an unknown method", 400, "BREW / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"],
  ["HTTP/2 without an upgrade", 400, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
  ["the greeting of TLS", 400, Buffer.from("160301020001000203", "hex")],
])("%s is answered %i and ends the connection", async (_, status, bytes) => {
  const answer = await exchange(node.port, bytes);
  expect(statuses(answer)).toEqual([status]);
});

test("garbage behind a good request ends the connection", async () => {
  const answer = await exchange(node.port, `${info}\r\n\u0000\u0001garbage\r\n\r\n`);
  expect(statuses(answer).at(-1)).toBe(400);
});

test("a thousand requests in one go are a thousand answers", async () => {
  const requests = `${`${info}\r\n`.repeat(999)}${info}Connection: close\r\n\r\n`;
  expect(statuses(await exchange(node.port, requests))).toEqual(Array.from({ length: 1_000 }, () => 200));
});

test("a body above the limit is refused before it is read", async () => {
  const socket = await open(node.port);
  socket.write(`${session}Content-Length: ${limits.frameBytes * 1_000}\r\nConnection: close\r\n\r\n{"name":"`);
  const answer = await readUntilClosed(socket, 20_000);
  expect(statuses(answer)).toEqual([413]);
  expect(errorAnswer.parse(JSON.parse(answer.split("\r\n\r\n")[1] ?? "")).error.code).toBe("too_big");
});

test("a client that closes its half after the request still gets its answer", async () => {
  const socket = await open(node.port);
  socket.end(`${info}\r\n`);
  expect(statuses(await readUntilClosed(socket, 20_000))).toEqual([200]);
});

const upgrade = upgradeHead(0);
const withOrigin = (origin: string): string => upgrade.replace("\r\n\r\n", `\r\nOrigin: ${origin}\r\n\r\n`);
test.each([
  ["another path", "not_found", upgrade.replace("GET /ws ", "GET /other ")],
  ["no subprotocol", "bad_request", upgrade.replace(/Sec-WebSocket-Protocol: .*\r\n/, "")],
  ["another subprotocol", "bad_request", upgrade.replace(subprotocol, "chat.v0")],
  ["a version that was never in use", "bad_request", upgrade.replace("Version: 13", "Version: 7")],
  ["a key that is none", "bad_request", upgrade.replace(/Key: .*\r\n/, "Key: x\r\n")],
  ["another method", "bad_request", upgrade.replace("GET", "POST")],
  ["another page's origin", "bad_origin", withOrigin("https://evil.example")],
  ["an origin that begins like ours", "bad_origin", withOrigin("http://localhost.evil.example")],
  ["no origin in words", "bad_origin", withOrigin("null")],
] as const)("an upgrade with %s is refused as %s, and the connection ends", async (_, code, bytes) => {
  const answer = await exchange(node.port, bytes);
  expect(statuses(answer)).toEqual([errorCodes[code].status]);
  expect(errorAnswer.parse(JSON.parse(answer.split("\r\n\r\n")[1] ?? "")).error.code).toBe(code);
});
