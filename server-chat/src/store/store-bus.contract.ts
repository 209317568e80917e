import { describe, expect, test } from "vitest";
import { ann, type ContractStores, draft, newRoom } from "./contract-stores.ts";
import type { Announcement } from "./store.ts";

/** What nodes hear of each other. */
export function storeBus(name: string, { open }: ContractStores): void {
  describe(`${name}: bus`, () => {
    test("what the store does to a room reaches the nodes that subscribed to it, in order", async () => {
      const [store, other, stranger] = [await open(), await open(), await open()];
      const room = newRoom();
      await Promise.all([store.subscribe(room), other.subscribe(room), stranger.subscribe(newRoom())]);
      const { epoch } = await store.open(room, 1);
      const message = draft();
      const { seq, ts } = await store.publish(room, message);
      await store.publish(room, message);
      await other.remove(room, 1);
      const renewed = await store.renew(room, epoch);
      const expected = [
        { type: "message", room, epoch, message: { seq, ts, ...message } },
        { type: "deleted", room, epoch, seq: 1, deletions: 1 },
        { type: "renewed", room, epoch: renewed },
      ];
      await expect.poll(() => store.events).toEqual(expected);
      await expect.poll(() => other.events).toEqual(expected);
      expect(stranger.events).toEqual([]);
    });

    test("a room that is left is silent, and can be subscribed to again", async () => {
      const store = await open();
      const [left, entered] = [newRoom(), newRoom()];
      for (const room of [left, entered]) {
        await store.subscribe(room);
        await store.subscribe(room);
        await store.unsubscribe(room);
      }
      await store.subscribe(entered);
      await store.publish(left, draft("unheard"));
      await store.publish(entered, draft("heard"));
      await expect.poll(() => store.events).toMatchObject([{ type: "message", message: { text: "heard" } }]);
    });

    test("announcements reach a room's subscribers, or every node", async () => {
      const [store, other, stranger] = [await open(), await open(), await open()];
      const room = newRoom();
      await Promise.all([store.subscribe(room), other.subscribe(room)]);
      const inRoom: Announcement[] = [
        { type: "typing", room, user: ann },
        { type: "members", room, node: "n1" },
      ];
      const toAll: Announcement[] = [{ type: "kick", user: "u-ann" }, { type: "bans" }];
      for (const event of [...inRoom, ...toAll]) await store.announce(event);
      await expect.poll(() => store.events).toEqual(expect.arrayContaining([...inRoom, ...toAll]));
      await expect.poll(() => other.events).toEqual(expect.arrayContaining([...inRoom, ...toAll]));
      await expect.poll(() => stranger.events).toEqual(expect.arrayContaining(toAll));
      expect(stranger.events).toHaveLength(toAll.length);
    });
  });
}
