import { createChatClient } from "../../../client/chat-client.ts";
import { readNumberedText } from "../numbered-text.ts";
import { backoff, type StartReader } from "./reader.ts";

/** Our own client library. */
export const startChatReader: StartReader = ({ port, room, member, view, changed, restarted }) => {
  const { token } = member;
  const client = createChatClient({ url: `http://127.0.0.1:${port}`, credentials: { token }, backoff });
  client.on("reset", restarted);
  client.on("message", ({ message }) => {
    view.show(readNumberedText(message.text));
    changed();
  });
  client.join(room);
  client.connect();
  return { stop: () => client.stop() };
};
