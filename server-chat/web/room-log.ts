import type { OutboxEntry } from "../client/outbox.ts";
import type { Message } from "../src/protocol/frames.ts";
import { make, makeButton } from "./element.ts";
import { type ItemActions, makeMessageItem, makeOutboxItem } from "./message-item.ts";

export interface RoomLogParts extends ItemActions {
  readonly room: string;
  isOwn(message: Message): boolean;
  /** Resolves with the messages that came before, and whether there are more before those. */
  readOlder(): Promise<{ readonly messages: readonly Message[]; readonly more: boolean }>;
  /** Whether the reader sees the newest message. */
  followed(follows: boolean): void;
}

/** The messages of one room on the page: those of history, then what this person sent and history does not show yet. */
export interface RoomLog {
  readonly element: HTMLElement;
  readonly follows: boolean;
  readonly length: number;
  startOver(head: number): void;
  append(message: Message): void;
  remove(message: Message): void;
  showOutbox(entry: OutboxEntry): void;
  hideOutbox(id: string): void;
  /** Drops items before this number; the reader does not look at them. */
  trim(first: number): void;
  scrollToNewest(): void;
}

const olderLabel = "Show older messages";

/** How long a screen reader looks away when many messages come at once: nobody wants to hear all of them. */
const quietMs = 1_000;

/** How far from the end somebody may have scrolled who still wants to see what comes, in CSS pixels. */
const nearEndPx = 80;

export function createRoomLog(parts: RoomLogParts): RoomLog {
  const items = new Map<number, HTMLLIElement>();
  const waiting = new Map<string, { readonly entry: OutboxEntry; readonly item: HTMLLIElement }>();
  const history = make("ol", { class: "messages" });
  const outbox = make("ol", { class: "messages" });
  const older = makeButton(olderLabel, showOlder, { class: "older" });
  const element = make(
    "section",
    { role: "log", "aria-live": "polite", "aria-label": `Messages in ${parts.room}`, tabindex: "0" },
    older,
    history,
    outbox,
  );
  older.hidden = true;
  let follows = true;
  let quiet: ReturnType<typeof setTimeout> | undefined;

  element.addEventListener("scroll", () => {
    const now = element.scrollHeight - element.scrollTop - element.clientHeight < nearEndPx;
    if (now !== follows) {
      follows = now;
      parts.followed(follows);
    }
  });

  /** Keeps the end in view for whoever looks at it. */
  function changed(): void {
    if (follows) element.scrollTop = element.scrollHeight;
  }
  // A keyboard that opens, a line above that appears, a room that is shown again.
  new ResizeObserver(() => {
    changed();
    fillView();
  }).observe(element);

  function quietly(): void {
    clearTimeout(quiet);
    element.ariaLive = "off";
    quiet = setTimeout(() => {
      element.ariaLive = "polite";
    }, quietMs);
  }

  function put(message: Message): HTMLLIElement {
    const item = makeMessageItem(message, parts.isOwn(message));
    items.set(message.seq, item);
    return item;
  }

  function hideOutbox(id: string): void {
    waiting.get(id)?.item.remove();
    waiting.delete(id);
  }

  /** The first page is short; a window with room for more gets more. */
  function fillView(): void {
    const hasRoom = element.clientHeight > 0 && element.scrollHeight <= element.clientHeight;
    if (hasRoom && !older.hidden && !older.disabled) showOlder();
  }

  async function showOlder(): Promise<void> {
    const hadFocus = document.activeElement === older;
    older.disabled = true;
    try {
      const { messages, more } = await parts.readOlder();
      // What the reader looks at stays where it is.
      const fromEnd = element.scrollHeight - element.scrollTop;
      quietly();
      // One of them may have been stored without its answer coming back.
      for (const { id } of messages) hideOutbox(id);
      history.prepend(...messages.map(put));
      older.hidden = !more;
      older.textContent = olderLabel;
      element.scrollTop = element.scrollHeight - fromEnd;
      // A button that is gone takes the focus with it.
      if (!more && hadFocus) element.focus();
    } catch {
      older.textContent = "Older messages could not be read. Try again";
    } finally {
      older.disabled = false;
    }
  }

  return {
    element,
    get follows() {
      return follows;
    },
    get length() {
      return items.size;
    },
    startOver(head) {
      // What was sent is in history now, or history lost it.
      for (const { entry } of waiting.values()) if (entry.state === "sent") hideOutbox(entry.id);
      quietly();
      items.clear();
      history.replaceChildren();
      older.hidden = head === 0;
      follows = true;
      // The messages of the page come within this turn.
      requestAnimationFrame(fillView);
    },
    append(message) {
      history.append(put(message));
      if (message.seq === 1) older.hidden = true;
      changed();
    },
    remove(message) {
      const old = items.get(message.seq);
      old?.replaceWith(put(message));
    },
    showOutbox(entry) {
      const old = waiting.get(entry.id)?.item;
      // The message itself may be here before the answer to it.
      if (old === undefined && entry.state === "sent") return;
      const item = makeOutboxItem(entry, parts);
      waiting.set(entry.id, { entry, item });
      if (old === undefined) outbox.append(item);
      else old.replaceWith(item);
      changed();
    },
    hideOutbox,
    trim(first) {
      for (const [seq, item] of items) {
        if (seq >= first) continue;
        item.remove();
        items.delete(seq);
        older.hidden = false;
      }
    },
    scrollToNewest() {
      element.scrollTop = element.scrollHeight;
    },
  };
}
