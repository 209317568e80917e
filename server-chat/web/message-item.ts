import type { OutboxEntry } from "../client/outbox.ts";
import type { Message } from "../src/protocol/frames.ts";
import { make, makeButton } from "./element.ts";
import { describeTime, explainError } from "./words.ts";

export interface ItemActions {
  retry(id: string): void;
  discard(id: string): void;
}

const sentMark = () => make("span", { class: "mark", role: "img", "aria-label": "sent" }, "✓");

const timeOf = (ms: number) => make("time", { datetime: new Date(ms).toISOString() }, describeTime(ms, Date.now()));

/** A message of the room. */
export function makeMessageItem(message: Message, isOwn: boolean): HTMLLIElement {
  const text = message.deleted
    ? make("p", { class: "removed" }, "(removed)")
    : make("p", { class: "text" }, message.text);
  const author = make("span", { class: "author" }, isOwn ? "You" : message.user.name);
  const head = make("div", { class: "head" }, author, timeOf(message.ts), ...(isOwn ? [sentMark()] : []));
  return make("li", { class: `message ${isOwn ? "own" : "other"}` }, head, text);
}

/** A message of this person that the room does not show yet. */
export function makeOutboxItem(entry: OutboxEntry, { retry, discard }: ItemActions): HTMLLIElement {
  const head = make("div", { class: "head" }, make("span", { class: "author" }, "You"), timeOf(entry.writtenMs));
  const item = make("li", { class: `message own ${entry.state}` }, head, make("p", { class: "text" }, entry.text));
  if (entry.state === "sent") head.append(sentMark());
  if (entry.state === "pending") head.append(make("span", { class: "mark" }, "sending …"));
  if (entry.state === "failed") {
    const reason = entry.code === undefined ? "" : explainError(entry.code);
    item.append(
      make("p", { class: "problem" }, `Not sent. ${reason}`),
      makeButton("Try again", () => retry(entry.id)),
      makeButton("Throw away", () => discard(entry.id)),
    );
  }
  return item;
}
