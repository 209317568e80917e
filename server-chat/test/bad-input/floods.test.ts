import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closeCodes } from "../../src/protocol/close-codes.ts";
import { type ChatNode, startNode } from "../nodes.ts";
import { connectRaw, newToken } from "./raw-client.ts";
import { text } from "./raw-frames.ts";

let node: ChatNode;
beforeAll(async () => {
  node = await startNode();
});
afterAll(() => node?.kill());

const { overload, badFrame } = closeCodes;
const send = (room: string, words: string) => ({ type: "send", room, id: randomUUID(), text: words });

// One connection must not be able to keep a core busy with what it is refused.
test.each([
  ["messages", overload, () => send("general", "again")],
  ["texts that nobody may send", overload, () => send("general", " ")],
  ["messages to a room that it is not in", overload, () => send("elsewhere", "again")],
  ["pings", overload, () => ({ type: "ping" })],
  ["leaves of a room that it is not in", overload, () => ({ type: "leave", room: "elsewhere" })],
  ["typing", overload, () => ({ type: "typing", room: "general" })],
  ["joins", overload, () => ({ type: "join", room: "general" })],
  ["hellos", badFrame, () => ({ type: "hello", token: "x" })],
  ["frames that nobody knows", badFrame, () => ({ type: "shout" })],
])("a flood of %s ends the connection", async (name, { code }, frame) => {
  const client = await connectRaw(node.port);
  await client.enter(await newToken(node.url, name.slice(0, 32)), "general");
  client.write(Buffer.concat(Array.from({ length: 2_000 }, () => text(frame()))));
  const outcome = await Promise.race([client.ended, pause(10_000, "still open")]);
  expect(outcome).toEqual({ code });
});
