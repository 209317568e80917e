import type { Redis } from "ioredis";
import { parseNodesEvent, parseRoomEvent } from "./bus-events.ts";
import { nodeChannel, nodesChannel, roomChannel, roomOfChannel } from "./redis-keys.ts";
import { createLink, type LinkParts } from "./redis-link.ts";
import { toStoreError } from "./redis-refusal.ts";
import type { BusListener, StoreError } from "./store.ts";

/** Channels of one SUBSCRIBE: rooms come back in hundreds of bytes each way, not in one burst for all of them. */
const channelsAtOnce = 200;

export interface RedisBusParts extends Omit<LinkParts<Redis>, "prepare" | "name"> {
  /** Names the channel on which this node hears itself. */
  readonly node: string;
  readonly heard: (token: string) => void;
}

export type RedisBus = ReturnType<typeof createRedisBus>;

/** The subscriber's connection, and what it should be subscribed to. */
export function createRedisBus(parts: RedisBusParts) {
  const { node, heard, log } = parts;
  const rooms = new Set<string>();
  let listener: BusListener | undefined;
  let session = 0;
  let current: Redis | undefined;

  const receive = (channel: string, text: string) => {
    if (channel === nodeChannel(node)) return heard(text);
    const room = roomOfChannel(channel);
    const event = room === undefined ? parseNodesEvent(text) : parseRoomEvent(room, text);
    if (event === undefined) log.debug({ channel }, "an event that this version does not know");
    else listener?.event(event);
  };

  const link = createLink<Redis>({
    ...parts,
    name: "bus",
    async prepare(client) {
      current = client;
      client.on("message", (channel, text) => {
        // What a connection that was given up still had in its buffer is old.
        if (client === current) receive(channel, text);
      });
      const channels = [nodeChannel(node), nodesChannel, ...[...rooms].map(roomChannel)];
      for (let at = 0; at < channels.length; at += channelsAtOnce) {
        await client.subscribe(...channels.slice(at, at + channelsAtOnce));
      }
    },
    usable() {
      session += 1;
      // What was said between two sessions, nobody here heard.
      if (session > 1) listener?.interrupted();
      parts.usable();
    },
  });

  return {
    listen(to: BusListener) {
      listener = to;
    },
    has: (room: string): boolean => rooms.has(room),
    async subscribe(room: string): Promise<void> {
      const client = link.client();
      const during = session;
      rooms.add(room);
      try {
        await client.subscribe(roomChannel(room));
      } catch (error) {
        // In a later session somebody else may have subscribed to the room by now.
        if (session === during) rooms.delete(room);
        throw toStoreError(error);
      }
    },
    async unsubscribe(room: string): Promise<void> {
      rooms.delete(room);
      if (link.problem() !== undefined) return;
      // If this fails the connection ends, and the next one is subscribed to what is left.
      await link
        .client()
        .unsubscribe(roomChannel(room))
        .catch(() => {});
    },
    /** Counts the connections that were usable; what was heard in one says nothing about another. */
    session: (): number => (link.problem() === undefined ? session : 0),
    problem: link.problem,
    drop: (why: StoreError) => link.drop(why),
    close: link.close,
  };
}
