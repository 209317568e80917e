import { expect, test } from "vitest";
import { nodesChannel, roomChannel } from "../../src/store/redis-keys.ts";
import { isMessagesOn, nodesChannels, roomChannels } from "./bus-drop.ts";

const encode = (mark: string, ...parts: readonly string[]) =>
  `${mark}${parts.length}\r\n${parts.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`).join("")}`;
const isRoomMessages = (chunk: Buffer) => isMessagesOn(roomChannels, chunk);
const message = (channel: string, text: string) => encode("*", "message", channel, text);

test("messages of rooms can go, in both versions of the protocol", () => {
  expect(isRoomMessages(Buffer.from(message(roomChannel("a"), "é€")))).toBe(true);
  expect(isRoomMessages(Buffer.from(message(roomChannel("a"), "1") + message(roomChannel("b"), "2")))).toBe(true);
  expect(isRoomMessages(Buffer.from(encode(">", "message", roomChannel("a"), "1")))).toBe(true);
});

// Half a message would break the connection, which is another fault.
test("anything else stays: answers, other channels, parts of a message", () => {
  const whole = message(roomChannel("a"), "text");
  const others = ["", "+OK\r\n", message(nodesChannel, "x"), whole.slice(0, -3), whole.slice(3), `${whole}+OK\r\n`];
  expect(others.filter((chunk) => isRoomMessages(Buffer.from(chunk)))).toEqual([]);
  expect(isRoomMessages(Buffer.from(encode("*", "subscribe", roomChannel("a"), "1")))).toBe(false);
});

test("what nodes tell each other can go apart from what rooms hear", () => {
  const order = Buffer.from(message(nodesChannel, "x"));
  expect(isMessagesOn(nodesChannels, order)).toBe(true);
  expect(isMessagesOn(nodesChannels, Buffer.from(message(roomChannel("a"), "x")))).toBe(false);
});
