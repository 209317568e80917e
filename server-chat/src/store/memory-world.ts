import type { MemoryRoom } from "./memory-room.ts";
import type { Announcement, BusListener, Lease, RoomEvent } from "./store.ts";

export type MemoryLease = Omit<Lease, "expiresInMs"> & { readonly expiresAt: number };

/** A node's end of the bus. */
export interface MemoryNode {
  readonly rooms: Set<string>;
  listener: BusListener | undefined;
  /** Events are dropped and nobody notices. */
  deaf: boolean;
}

/**
 * What several memory stores share, as several nodes share one Redis. A server has one store in a world of its own;
 * tests put more into one and break it.
 */
export interface MemoryWorld {
  readonly rooms: Map<string, MemoryRoom>;
  readonly leases: Map<string, Map<string, MemoryLease>>;
  readonly nodes: Set<MemoryNode>;
  now(): number;
  /** To the nodes that have the room, or to all. */
  emit(event: RoomEvent | Announcement): void;
  /** Remembers everything that is stored; the function that it returns goes back to it, as a restored backup does. */
  snapshot(): () => void;
}

/** @param now ms since 1970, as Redis' clock */
export function createMemoryWorld(now: () => number = Date.now): MemoryWorld {
  const rooms: MemoryWorld["rooms"] = new Map();
  const leases: MemoryWorld["leases"] = new Map();
  const nodes = new Set<MemoryNode>();
  return {
    rooms,
    leases,
    nodes,
    now,
    emit(event) {
      for (const node of nodes) {
        if (node.deaf || (event.room !== undefined && !node.rooms.has(event.room))) continue;
        // Over a network no event arrives within the call that caused it.
        setImmediate(() => node.listener?.event(event));
      }
    },
    snapshot() {
      const before = structuredClone({ rooms, leases });
      return () => {
        replace(rooms, structuredClone(before.rooms));
        replace(leases, structuredClone(before.leases));
      };
    },
  };
}

function replace<K, V>(map: Map<K, V>, content: Map<K, V>): void {
  map.clear();
  for (const [key, value] of content) map.set(key, value);
}
