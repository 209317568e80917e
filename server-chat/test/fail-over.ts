import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "vitest";
import type { RedisSettings } from "../src/config.ts";
import type { Message } from "../src/protocol/frames.ts";
import type { Draft, Store } from "../src/store/store.ts";
import { openStore, shortTiming, untilReady } from "./redis-store.ts";

const draft = (): Draft => ({ id: randomUUID(), user: { id: "u", name: "Ann" }, text: "hello" });

/**
 * A sender, which tries again with the same id until it is answered, and a reader on another node go through the loss of
 * a room's master. Replicas follow a little behind, so the room may lose its end; then it must have a new epoch.
 *
 * @param loseMaster kills the master of the room
 */
export async function checkFailOver(settings: RedisSettings, room: string, loseMaster: () => Promise<void>) {
  const [sender, reader] = [
    openStore(settings, { timing: shortTiming }).store,
    openStore(settings, { timing: shortTiming }).store,
  ];
  const heard: Message[] = [];
  let interruptions = 0;
  reader.listen({
    event: (event) => event.type === "message" && heard.push(event.message),
    interrupted: () => {
      interruptions += 1;
    },
  });
  try {
    await Promise.all([untilReady(sender), untilReady(reader)]);
    await reader.subscribe(room);
    let known = await publishAtLast(sender, room, draft());
    const before = known.epoch;
    const lost = loseMaster();
    const sent: Draft[] = [];
    for (let isLost = false; !isLost || sent.length < 50; ) {
      const one = draft();
      known = await publishAtLast(sender, room, one, known);
      sent.push(one);
      isLost = await Promise.race([lost.then(() => true), pause(5, false)]);
    }
    await Promise.all([untilReady(sender), untilReady(reader)]);

    const page = await reader.read(room, { after: 0, limit: 10_000 });
    const ids = page?.messages.map(({ id }) => id) ?? [];
    expect(page?.messages.map(({ seq }) => seq)).toEqual(ids.map((_, index) => index + 1));
    expect(new Set(ids).size).toBe(ids.length);
    if (page?.epoch === before) expect(sent.filter(({ id }) => !ids.includes(id))).toEqual([]);

    // The reader learned that it may have missed something, and hears what comes now.
    const last = draft();
    await publishAtLast(sender, room, last, known);
    await expect.poll(() => heard.map(({ id }) => id)).toContain(last.id);
    return { interruptions };
  } finally {
    await Promise.all([sender.close(), reader.close()]);
  }
}

async function publishAtLast(store: Store, room: string, message: Draft, known?: { epoch: string; seq: number }) {
  for (;;) {
    try {
      return await store.publish(room, message, known);
    } catch (error) {
      expect(error).toMatchObject({ outcome: expect.stringMatching(/^(refused|unknown)$/) });
      await pause(50);
    }
  }
}
