import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import type { Message } from "../src/protocol/frames.ts";
import type { Announcement, RoomEvent, Store } from "../src/store/store.ts";
import type { ChatSocket } from "./chat-socket.ts";
import { eventually } from "./chat-world.ts";

const user = { id: "u-Writer", name: "Writer" };

/** Numbers from one to another, both included. */
export const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

export const numbers = (messages: readonly Pick<Message, "seq">[]): number[] => messages.map(({ seq }) => seq);

/** Puts messages into the room `tea`; returns their ids, in front of them an empty one, so that the first is at index 1. */
export async function fill(store: Store, count: number, text = "text"): Promise<readonly string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  for (const [index, id] of ids.entries()) await store.publish("tea", { id, user, text: `${text} ${index + 1}` });
  return ["", ...ids];
}

/** What a member was shown must be what history has. */
export async function expectHistory(client: ChatSocket, store: Store): Promise<void> {
  const page = await store.read("tea", { latest: true, limit: 1_000 });
  const view = client.view("tea");
  expect(view).toEqual(page?.messages.slice(-view.length));
}

/** A bus that loses some events on the way to a node. */
export const losing =
  (isLost: (event: RoomEvent | Announcement) => boolean) =>
  (store: Store): Store => ({
    ...store,
    listen: (listener) =>
      store.listen({
        event: (event) => {
          if (!isLost(event)) listener.event(event);
        },
        interrupted: listener.interrupted,
      }),
  });

/** Counts a node's looks at positions, so that a test can begin after one: the first look also reads history. */
export function counting() {
  let looks = 0;
  return {
    wrap: (store: Store): Store => ({
      ...store,
      heads(rooms) {
        if (rooms.length > 0) looks++;
        return store.heads(rooms);
      },
    }),
    aLook: () => eventually("a look", () => looks > 0),
  };
}

/** Nobody comes by to check: what is noticed is noticed by what happens. */
export const unchecked = { checkMs: 3_600_000 };
