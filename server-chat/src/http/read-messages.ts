import type { Message } from "../protocol/frames.ts";
import { limits } from "../protocol/limits.ts";
import { rest } from "../protocol/rest.ts";
import type { Range } from "../store/store.ts";
import { endpoint } from "./endpoint.ts";
import { RequestError } from "./errors.ts";

export const readMessages = endpoint(rest.readMessages, async ({ params: { room }, query }, { store }) => {
  const page = await store.read(room, toRange(query));
  if (page === undefined) throw new RequestError("not_found");
  const { epoch, head, first } = page;
  if (query.after !== undefined) {
    const messages = keepWithin(limits.pageBytes, page.messages);
    return { room, epoch, head, first, more: (messages.at(-1)?.seq ?? head) < head, messages };
  }
  // Whoever pages back goes on before the oldest, so what does not fit is cut there.
  const messages = keepWithin(limits.pageBytes, page.messages.toReversed()).toReversed();
  return { room, epoch, head, first, more: (messages[0]?.seq ?? first) > first, messages };
});

function toRange({ before, after, limit }: { before?: number; after?: number; limit: number }): Range {
  if (after !== undefined) return { after, limit };
  return before === undefined ? { latest: true, limit } : { before, limit };
}

/** The messages from the start that fit. The longest message is far below a page, so there is always one. */
function keepWithin(bytes: number, messages: readonly Message[]): Message[] {
  let left = bytes;
  const end = messages.findIndex((message) => {
    left -= Buffer.byteLength(JSON.stringify(message)) + 1;
    return left < 0;
  });
  return end === -1 ? [...messages] : messages.slice(0, end);
}
