import { subprotocol } from "../../src/protocol/frames.ts";
import type { Dialect } from "./dialect.ts";
import { formatNumberedText, NumberFinder, readDigits } from "./numbered-text.ts";

/** Of the v4 UUIDs that are all one but for the message's number. */
const idPrefix = "00000000-0000-4000-8000-";

/** Our own protocol. `type` comes first in every frame of the server: its first letters tell frames apart. */
export function createChatDialect(room: string): Dialect {
  const messagePrefix = `{"type":"message","room":"${room}","seq":`;
  const ackPrefix = `{"type":"ack","id":"${idPrefix}`;
  const typeOffset = '{"type":"'.length;
  const finder = new NumberFinder();
  const join = JSON.stringify({ type: "join", room });
  return {
    path: "/ws",
    subprotocol,
    // Both at once, as our client library does.
    begin(conversation) {
      conversation.send(JSON.stringify({ type: "hello", token: conversation.member.token }));
      conversation.send(join);
    },
    receive(conversation, bytes, start, end) {
      switch (bytes[start + typeOffset]) {
        case letter("message"): {
          const number = finder.find(bytes, start, end);
          return conversation.message(number, readDigits(bytes, start + messagePrefix.length, end));
        }
        case letter("ack"): {
          const from = start + ackPrefix.length;
          return conversation.acknowledged(readDigits(bytes, from, from + 12));
        }
        case letter("joined"):
          return conversation.opened();
        case letter("welcome"):
        case letter("presence"):
          return;
        default:
          return conversation.refused(bytes.toString("utf8", start, end));
      }
    },
    formatMessage: (_member, number) =>
      JSON.stringify({
        type: "send",
        room,
        id: idPrefix + String(number).padStart(12, "0"),
        text: formatNumberedText(number),
      }),
  };
}

const letter = (type: string) => type.charCodeAt(0);
