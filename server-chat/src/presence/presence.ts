import { performance } from "node:perf_hooks";
import type { User } from "../protocol/frames.ts";
import type { Leases } from "../store/store.ts";
import { Rounds } from "../ws/rounds.ts";
import { mergeCrowds, parseCrowd } from "./crowd.ts";
import { type PresenceParts, presenceGroup, RoomPresence } from "./room-presence.ts";

export interface Presence {
  /** @param tell brings a frame to the room's members on this node */
  room(name: string, tell: (frame: Buffer) => void): RoomPresence;
  /** Forgets a room that nobody of this node is in. */
  forget(room: RoomPresence): void;
  /** Reads all rooms' leases again. */
  refresh(): void;
  /** Takes this node's members out of every room. Never rejects: leases end by themselves. */
  close(): Promise<void>;
}

/** The rooms' presence, looked after by one timer. */
export function createPresence(parts: PresenceParts): Presence {
  const { tickMs, renewMs } = parts.pace;
  const rooms = new Set<RoomPresence>();
  const touched = new Set<RoomPresence>();
  const renewals = new Rounds(rooms, Math.ceil(renewMs / tickMs));
  const touch = (room: RoomPresence) => touched.add(room);
  const timer = setInterval(() => {
    renewals.tick((room) => room.renew());
    const now = performance.now();
    for (const room of touched) if (!room.tick(now)) touched.delete(room);
  }, tickMs);
  timer.unref();
  return {
    room(name, tell) {
      const room = new RoomPresence(name, parts, touch, tell);
      rooms.add(room);
      return room;
    },
    forget(room) {
      rooms.delete(room);
    },
    refresh() {
      for (const room of rooms) room.noteOthersChanged();
    },
    async close() {
      clearInterval(timer);
      await Promise.allSettled([...rooms].map((room) => room.end()));
    },
  };
}

/** Who is in a room, on all nodes; without names when they are too many. @throws StoreError */
export async function readPresence(
  leases: Leases,
  room: string,
): Promise<{ readonly count: number; readonly members: readonly User[] }> {
  const nodes = (await leases.list(presenceGroup(room))).flatMap(({ value }) => parseCrowd(value) ?? []);
  const { count, members } = mergeCrowds(nodes);
  return { count, members: [...(members?.values() ?? [])] };
}
