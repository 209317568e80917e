import { randomUUID } from "node:crypto";
import { createLog } from "../src/log.ts";
import { createMetrics } from "../src/metrics.ts";
import { createPresence } from "../src/presence/presence.ts";
import { createMemoryStore, createMemoryWorld } from "../src/store/memory-store.ts";
import type { RoomEvent, Store } from "../src/store/store.ts";
import { pace } from "../src/ws/pace.ts";
import { Pump } from "../src/ws/pump.ts";
import { Room } from "../src/ws/room.ts";

const server = { id: "node", version: "1", commit: "c", colour: "green" };
const user = { id: "u", name: "Writer" };

/** A room with one member, whose bus the test carries by hand: in one go, no pass begins by itself. */
export async function openRoom(messages: number, wrap: (store: Store) => Store = (store) => store) {
  const store = createMemoryStore(createMemoryWorld(), { retention: { messages: 10_000, ageMs: 3_600_000 } });
  const publish = async (): Promise<RoomEvent> => {
    const draft = { id: randomUUID(), user, text: "text" };
    const { epoch, seq, ts } = await store.publish("tea", draft);
    return { type: "message", room: "tea", epoch, message: { seq, ...draft, ts } };
  };
  for (let count = 0; count < messages; count++) await publish();
  const presence = createPresence({
    leases: store.leases,
    announce: store.announce,
    holder: "node",
    pace: pace.presence,
  });
  const room = new Room("tea", {
    store: wrap(store),
    pump: new Pump(),
    presence,
    metrics: createMetrics({ version: "1", commit: "c" }),
    log: createLog({ logLevel: "error", server, node: undefined }),
  });
  await room.load();
  const delivered: string[] = [];
  room.fanOut.add({ index: -1, connection: { deliver: (bytes) => delivered.push(String(bytes)) > 0 } });
  return { room, store, publish, delivered };
}
