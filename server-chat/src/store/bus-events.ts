import { z } from "zod";
import type { Announcement, RoomEvent } from "./store.ts";

const user = z.object({ id: z.string(), name: z.string() });
/** What a message carries besides its number, id and time. */
export const bodySchema = z.object({ user, text: z.string() });

/** On the channel of a room. What a newer version adds is passed over, as nodes of two versions share a bus. */
const roomEvent = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("message"),
    epoch: z.string(),
    seq: z.int(),
    id: z.string(),
    ts: z.int(),
    body: bodySchema,
  }),
  z.object({ type: z.literal("deleted"), epoch: z.string(), seq: z.int(), deletions: z.int() }),
  z.object({ type: z.literal("renewed"), epoch: z.string() }),
  z.object({ type: z.literal("typing"), user }),
  z.object({ type: z.literal("members"), node: z.string() }),
]);

/** On the channel of all nodes. */
const nodesEvent = z.discriminatedUnion("type", [
  z.object({ type: z.literal("kick"), user: z.string() }),
  z.object({ type: z.literal("bans") }),
  z.object({ type: z.literal("names"), users: z.array(z.string()) }),
]);

/** Undefined if this version does not know such an event. */
export function parseRoomEvent(room: string, text: string): RoomEvent | Announcement | undefined {
  const { data } = roomEvent.safeParse(parseJson(text));
  if (data?.type !== "message") return data && { ...data, room };
  const { type, epoch, seq, id, ts, body } = data;
  return { type, room, epoch, message: { seq, id, user: body.user, text: body.text, ts } };
}

export const parseNodesEvent = (text: string): Announcement | undefined => nodesEvent.safeParse(parseJson(text)).data;

/** The room is the channel's. */
export const formatAnnouncement = ({ room: _, ...event }: Announcement): string => JSON.stringify(event);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
