import { limits } from "../src/protocol/limits.ts";
import { isRoomName } from "../src/protocol/text.ts";
import { find, make, makeButton } from "./element.ts";

export interface RoomListParts {
  /** Somebody wants to see a room, and to be in it. */
  open(room: string): void;
  leave(room: string): void;
}

/** The rooms that this person is in. Each is a link, so that its address can be passed on. */
export interface RoomList {
  readonly rooms: readonly string[];
  add(room: string): void;
  remove(room: string): void;
  select(room: string): void;
  /** Counts one that nobody has looked at. */
  countUnread(room: string): void;
}

export function createRoomList({ open, leave }: RoomListParts): RoomList {
  const place = find("rooms", HTMLUListElement);
  const form = find("join-room", HTMLFormElement);
  const field = find("room", HTMLInputElement);
  field.maxLength = limits.roomNameLength;
  const entries = new Map<
    string,
    { item: HTMLLIElement; link: HTMLAnchorElement; badge: HTMLElement; unread: number }
  >();

  form.onsubmit = (event) => {
    event.preventDefault();
    const room = field.value.trim().toLowerCase();
    const valid = isRoomName(room);
    field.ariaInvalid = String(!valid);
    if (!valid) return;
    field.value = "";
    open(room);
  };

  return {
    get rooms() {
      return [...entries.keys()];
    },
    add(room) {
      if (entries.has(room)) return;
      const badge = make("span", { class: "badge" });
      const link = make("a", { href: `#${room}` }, room, badge);
      const leaveButton = makeButton("×", () => leave(room), { class: "leave", "aria-label": `Leave ${room}` });
      const item = make("li", {}, link, leaveButton);
      entries.set(room, { item, link, badge, unread: 0 });
      place.append(item);
    },
    remove(room) {
      entries.get(room)?.item.remove();
      entries.delete(room);
    },
    select(selected) {
      for (const [room, entry] of entries) {
        entry.link.ariaCurrent = room === selected ? "page" : null;
        if (room !== selected) continue;
        entry.unread = 0;
        entry.badge.replaceChildren();
      }
    },
    countUnread(room) {
      const entry = entries.get(room);
      if (entry === undefined) return;
      entry.unread += 1;
      entry.badge.replaceChildren(`${entry.unread}`, make("span", { class: "spoken" }, " new"));
    },
  };
}
