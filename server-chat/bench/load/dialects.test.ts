import { expect, test } from "vitest";
import type { Message, ServerFrame } from "../../src/protocol/frames.ts";
import { createChatDialect } from "./chat-dialect.ts";
import type { Conversation, Dialect } from "./dialect.ts";
import { formatNumberedText } from "./numbered-text.ts";
import { createSocketIoDialect } from "./socket-io-dialect.ts";

const member = { name: "p00001", token: "a.b.c" };

/** What the dialect makes of a server's frames. */
function hear(dialect: Dialect, ...frames: readonly string[]): readonly unknown[][] {
  const heard: unknown[][] = [];
  const note =
    (name: string) =>
    (...values: readonly unknown[]) =>
      heard.push([name, ...values]);
  const conversation: Conversation = {
    member,
    send: note("send"),
    opened: note("opened"),
    message: note("message"),
    acknowledged: note("acknowledged"),
    refused: note("refused"),
  };
  for (const frame of frames) {
    // In the middle of other bytes, as in a read of several frames.
    const bytes = Buffer.from(`#0000#${frame}#0000#`);
    dialect.receive(conversation, bytes, 6, bytes.length - 6);
  }
  return heard;
}

const message = (seq: number, number: number): Message => ({
  seq,
  id: "6a5a5a5a-0000-4000-8000-000000000000",
  user: { id: "u-p00001", name: "p00001" },
  text: formatNumberedText(number),
  ts: 1_800_000_000_000,
});
const frame = (value: ServerFrame) => JSON.stringify(value);

test("of our frames: the number in the text, the server's seq, and who was acknowledged", () => {
  const dialect = createChatDialect("bench");
  const sent = JSON.parse(dialect.formatMessage(member, 42));
  expect(sent).toMatchObject({ type: "send", room: "bench", text: formatNumberedText(42) });
  const page = { epoch: "e", head: 3, recovered: false, messages: [message(3, 1)], more: false };
  expect(
    hear(
      dialect,
      frame({ type: "joined", room: "bench", ...page }),
      frame({ type: "ack", id: sent.id, room: "bench", seq: 9, ts: 1, duplicate: false }),
      frame({ type: "message", room: "bench", ...message(9, 42) }),
      // One digit more: the text is no longer where it was.
      frame({ type: "message", room: "bench", ...message(10, 43) }),
      frame({ type: "presence", room: "bench", count: 2 }),
    ),
  ).toEqual([["opened"], ["acknowledged", 42], ["message", 42, 9], ["message", 43, 10]]);
});

test("an error of ours voids the run instead of being read past", () => {
  const refusal = frame({ type: "error", code: "rate_limited", message: "too much", retry: true });
  expect(hear(createChatDialect("bench"), refusal)).toEqual([["refused", refusal]]);
});

test("of Socket.IO's frames: handshake, pings, acknowledgements and events", () => {
  const dialect = createSocketIoDialect();
  expect(dialect.formatMessage(member, 42)).toMatch(
    /^4242\["chat message",\{"username":"p00001","message":"#00000042#/,
  );
  const entry = { username: "p00001", message: formatNumberedText(42), timestamp: 1_800_000_000_000, serverId: "peer" };
  const event = `42${JSON.stringify(["chat message", entry])}`;
  expect(
    hear(dialect, '0{"sid":"s"}', '40{"sid":"s"}', '42["previous messages",[]]', "4342[]", event, "2", "41"),
  ).toEqual([
    ["send", "40"],
    ["opened"],
    ["acknowledged", 42],
    ["message", 42, undefined],
    ["send", "3"],
    ["refused", "41"],
  ]);
  // The size that the peer's published costs were measured with.
  expect(event).toHaveLength(190);
});

test("a message without a number is no message of this benchmark", () => {
  expect(() => hear(createSocketIoDialect(), '42["chat message",{"message":"hello"}]')).toThrow("without a number");
});
