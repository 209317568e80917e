import { expect, test } from "vitest";
import { nodesChannel, roomChannel } from "../../src/store/redis-keys.ts";
import { dropMessages, isNodesChannel, isRoomChannel } from "./bus-drop.ts";

const encode = (mark: string, ...parts: readonly string[]) =>
  `${mark}${parts.length}\r\n${parts.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`).join("")}`;
const message = (channel: string, text: string) => encode("*", "message", channel, text);
const left = (chunk: string, drops: (channel: string) => boolean) => dropMessages(Buffer.from(chunk), drops).toString();

const [one, two] = [message(roomChannel("a"), "é€"), message(roomChannel("b"), "2")];
const order = message(nodesChannel, "x");

test("messages go by their channel, the others of the chunk stay", () => {
  expect(left(one + order + two, isRoomChannel)).toBe(order);
  expect(left(one + order + two, isNodesChannel)).toBe(one + two);
  expect(left(encode(">", "message", roomChannel("a"), "1"), isRoomChannel)).toBe("");
});

// Half a message would break the connection, which is another fault.
test("a chunk with anything else or with a part of a message stays whole", () => {
  const others = ["+OK\r\n", one.slice(0, -3), one.slice(3), `${one}+OK\r\n`, one + two.slice(0, 9)];
  expect(others.map((chunk) => left(chunk, () => true))).toEqual(others);
  const answer = encode("*", "subscribe", roomChannel("a"), "1");
  expect(left(answer, () => true)).toBe(answer);
});
