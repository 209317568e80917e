import { createMemoryLeases } from "./memory-leases.ts";
import { append, createRoom, headOf, isUnused, type MemoryRoom, page, takeOut, trim } from "./memory-room.ts";
import type { MemoryNode, MemoryWorld } from "./memory-world.ts";
import { newEpoch, trimmedPerPublish } from "./room-rules.ts";
import { type Retention, type Store, StoreError } from "./store.ts";

export { createMemoryWorld } from "./memory-world.ts";

/** A store of this process: nothing is left when it ends. */
export interface MemoryStore extends Store {
  /** From now on the bus' events do not reach this node, and it does not know. */
  deafen(): void;
  /** The bus' events reach this node again, and it knows that some may be lost. */
  hearAgain(): void;
}

/** One node's store in a world that it may share with others. */
export function createMemoryStore(world: MemoryWorld, { retention }: { readonly retention: Retention }): MemoryStore {
  const node: MemoryNode = { rooms: new Set(), listener: undefined, deaf: false };
  world.nodes.add(node);
  const assertOpen = () => {
    if (!world.nodes.has(node)) throw new StoreError("refused", "closed");
  };
  const ensureRoom = (name: string): MemoryRoom => {
    const room = world.rooms.get(name) ?? createRoom(newEpoch(), world.now());
    world.rooms.set(name, room);
    return room;
  };
  const renew = (name: string, room: MemoryRoom): void => {
    room.epoch = newEpoch();
    world.emit({ type: "renewed", room: name, epoch: room.epoch });
  };

  return {
    async publish(name, draft, known) {
      assertOpen();
      const room = ensureRoom(name);
      if (known?.epoch === room.epoch && known.seq > headOf(room).seq) renew(name, room);
      const published = append(room, draft, world.now());
      if (!published.duplicate) {
        const { epoch, seq, ts } = published;
        world.emit({ type: "message", room: name, epoch, message: { seq, ...draft, ts } });
        trim(room, { messages: retention.messages, ageMs: Number.POSITIVE_INFINITY }, world.now(), trimmedPerPublish);
      }
      return published;
    },
    async open(name, limit) {
      assertOpen();
      const room = ensureRoom(name);
      room.usedAt = world.now();
      return page(room, { latest: true, limit });
    },
    async read(name, range) {
      assertOpen();
      const room = world.rooms.get(name);
      return room && page(room, range);
    },
    async tombstones(name, limit) {
      assertOpen();
      const deleted = (world.rooms.get(name)?.messages ?? []).filter((message) => message.deleted);
      return deleted.map(({ seq }) => seq).slice(Math.max(0, deleted.length - limit));
    },
    async heads(names) {
      assertOpen();
      return names.map((name) => world.rooms.get(name)).map((room) => room && headOf(room));
    },
    async remove(name, seq) {
      assertOpen();
      const room = world.rooms.get(name);
      if (room === undefined || !takeOut(room, seq)) return false;
      world.emit({ type: "deleted", room: name, epoch: room.epoch, seq, deletions: room.deletions });
      return true;
    },
    async renew(name, epoch) {
      assertOpen();
      const room = ensureRoom(name);
      if (room.epoch === epoch) renew(name, room);
      return room.epoch;
    },
    async retain() {
      assertOpen();
      const now = world.now();
      for (const [name, room] of world.rooms) {
        if (node.rooms.has(name)) room.usedAt = now;
        trim(room, retention, now, Number.POSITIVE_INFINITY);
        if (room.messages.length === 0 && isUnused(room, retention, now)) world.rooms.delete(name);
      }
    },
    async subscribe(name) {
      assertOpen();
      node.rooms.add(name);
    },
    async unsubscribe(name) {
      node.rooms.delete(name);
    },
    async announce(event) {
      assertOpen();
      world.emit(event);
    },
    listen(listener) {
      node.listener = listener;
    },
    leases: createMemoryLeases(world, assertOpen),
    status: () => (world.nodes.has(node) ? { ready: true } : { ready: false, reason: "closed" }),
    async close() {
      world.nodes.delete(node);
      node.listener = undefined;
    },
    deafen() {
      node.deaf = true;
    },
    hearAgain() {
      node.deaf = false;
      setImmediate(() => node.listener?.interrupted());
    },
  };
}
