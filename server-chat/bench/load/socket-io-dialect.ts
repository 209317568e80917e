import type { Conversation, Dialect } from "./dialect.ts";
import { formatNumberedText, NumberFinder, readDigits } from "./numbered-text.ts";

/** Socket.IO 5 in Engine.IO 4 over WebSocket: the first digits of a frame say what it is. */
export function createSocketIoDialect(): Dialect {
  const finder = new NumberFinder();
  const eventPrefix = '42["';
  return {
    path: "/socket.io/?EIO=4&transport=websocket",
    subprotocol: undefined,
    begin: () => {},
    receive(conversation, bytes, start, end) {
      switch (bytes[start]) {
        case digit(0):
          return conversation.send("40");
        case digit(2):
          return conversation.send("3");
        case digit(4):
          break;
        default:
          return refuse(conversation, bytes, start, end);
      }
      switch (bytes[start + 1]) {
        case digit(0):
          return;
        case digit(2):
          // "chat message" or "previous messages".
          if (bytes[start + eventPrefix.length] === "p".charCodeAt(0)) return conversation.opened();
          return conversation.message(finder.find(bytes, start, end), undefined);
        case digit(3):
          return conversation.acknowledged(readDigits(bytes, start + 2, end));
        default:
          return refuse(conversation, bytes, start, end);
      }
    },
    formatMessage: ({ name }, number) =>
      `42${number}${JSON.stringify(["chat message", { username: name, message: formatNumberedText(number) }])}`,
  };
}

const digit = (value: number) => 48 + value;

function refuse(conversation: Conversation, bytes: Buffer, start: number, end: number): void {
  conversation.refused(bytes.toString("utf8", start, end));
}
