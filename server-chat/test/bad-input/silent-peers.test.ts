import { afterAll, beforeAll, expect, test } from "vitest";
import { closeCodes } from "../../src/protocol/close-codes.ts";
import { rest } from "../../src/protocol/rest.ts";
import { type ChatNode, startNode } from "../nodes.ts";
import { readMetric, withoutRateLimits } from "./observe-node.ts";
import { connectRaw, newToken, upgradeHead } from "./raw-client.ts";
import { clientBytes, opcodes } from "./raw-frames.ts";
import { drip, open, readUntilClosed } from "./raw-http.ts";

let node: ChatNode;
beforeAll(async () => {
  node = await startNode({ env: withoutRateLimits });
});
afterAll(() => node?.kill());

/** Longer than any bound of the server for a peer that has not said who it is. */
const patienceMs = 45_000;

const host = "Host: 127.0.0.1\r\n";
const slow = {
  "no byte": async () => open(node.port),
  "half of a request's head": async () => {
    const socket = await open(node.port);
    socket.write(`GET ${rest.info.path} HTTP/1.1\r\n${host}X: `);
    drip(socket, "x", 200);
    return socket;
  },
  "half of an upgrade's head": async () => {
    const socket = await open(node.port);
    socket.write(upgradeHead(node.port).slice(0, -4));
    drip(socket, "x", 200);
    return socket;
  },
  "half of a body": async () => {
    const socket = await open(node.port);
    const head = `POST ${rest.createSession.path} HTTP/1.1\r\n${host}Content-Type: application/json\r\n`;
    socket.write(`${head}Content-Length: 1000\r\n\r\n{`);
    drip(socket, " ", 200);
    return socket;
  },
  "a chunked body without end": async () => {
    const socket = await open(node.port);
    const head = `POST ${rest.createSession.path} HTTP/1.1\r\n${host}Content-Type: application/json\r\n`;
    socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n`);
    drip(socket, "1\r\n \r\n", 200);
    return socket;
  },
};

// Each such peer holds a descriptor and memory; without a bound a few thousand of them close the chat for everybody.
test("peers that are slow or silent are let go, all of them, while others chat", async () => {
  const slowPeers = await Promise.all(
    Object.entries(slow).flatMap(([name, openOne]) =>
      Array.from({ length: 20 }, async () => [name, await openOne()] as const),
    ),
  );
  const idle = await Promise.all(Array.from({ length: 1_000 }, () => connectRaw(node.port)));
  const half = await Promise.all(Array.from({ length: 20 }, () => connectRaw(node.port)));
  for (const client of half) {
    client.write(clientBytes({ opcode: opcodes.text, payload: '{"type"', claimedLength: 100n }));
    drip(client.socket, " ", 200);
  }

  const guest = await connectRaw(node.port);
  await guest.enter(await newToken(node.url, "Guest"), "general");
  expect(await guest.say("general", "among a thousand silent ones")).toMatchObject({ type: "ack" });

  const unanswered = { code: closeCodes.helloTimeout.code };
  for (const { code } of await Promise.all(idle.map(({ ended }) => ended))) expect({ code }).toEqual(unanswered);
  await Promise.all(half.map(({ ended }) => ended));
  await Promise.all(slowPeers.map(([, socket]) => readUntilClosed(socket, patienceMs)));

  expect(await guest.answersOrEnds()).toBe("answers");
  expect(await readMetric(node, "chat_connections")).toBe(1);
  guest.destroy();
});
