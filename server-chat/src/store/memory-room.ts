import type { Message } from "../protocol/frames.ts";
import { unwrittenMsOf } from "./room-rules.ts";
import type { Draft, Head, Page, Published, Range, Retention } from "./store.ts";

/** One room, as Redis has it in four keys. */
export interface MemoryRoom {
  epoch: string;
  /** The number of `messages[0]`, or head + 1. */
  first: number;
  deletions: number;
  /** The newest time stamp given out; the next one is not below it. */
  ts: number;
  /** When it was last seen with somebody in it. */
  usedAt: number;
  messages: Message[];
  readonly seqById: Map<string, number>;
}

export const createRoom = (epoch: string, now: number): MemoryRoom => ({
  epoch,
  first: 1,
  deletions: 0,
  ts: now,
  usedAt: 0,
  messages: [],
  seqById: new Map(),
});

export const headOf = (room: MemoryRoom): Head => ({
  epoch: room.epoch,
  seq: room.first + room.messages.length - 1,
  deletions: room.deletions,
});

export const messageAt = (room: MemoryRoom, seq: number): Message | undefined => room.messages[seq - room.first];

/** Numbers and keeps the message, unless its id is in history. */
export function append(room: MemoryRoom, { id, user, text }: Draft, now: number): Published {
  const known = messageAt(room, room.seqById.get(id) ?? 0);
  if (known !== undefined) return { epoch: room.epoch, seq: known.seq, ts: known.ts, duplicate: true };
  room.ts = Math.max(room.ts, now);
  const message = { seq: headOf(room).seq + 1, id, user, text, ts: room.ts };
  room.messages.push(message);
  room.seqById.set(id, message.seq);
  return { epoch: room.epoch, seq: message.seq, ts: message.ts, duplicate: false };
}

export function page(room: MemoryRoom, range: Range): Page {
  const { epoch, seq: head, deletions } = headOf(room);
  const { first, last } = bounds(range, room.first, head);
  const messages = room.messages.slice(first - room.first, Math.max(first, last + 1) - room.first);
  return { epoch, head, first: room.first, deletions, messages };
}

function bounds(range: Range, oldest: number, head: number): { readonly first: number; readonly last: number } {
  if ("after" in range) {
    const first = Math.max(range.after + 1, oldest);
    return { first, last: Math.min(first + range.limit - 1, head) };
  }
  const last = "before" in range ? Math.min(range.before - 1, head) : head;
  return { first: Math.max(last - range.limit + 1, oldest), last };
}

/** False if there is no text to take out. */
export function takeOut(room: MemoryRoom, seq: number): boolean {
  const message = messageAt(room, seq);
  if (message === undefined || message.deleted) return false;
  room.messages[seq - room.first] = { ...message, text: "", deleted: true };
  room.deletions += 1;
  return true;
}

/** Drops the oldest beyond the retention, at most `most`. */
export function trim(room: MemoryRoom, retention: Retention, now: number, most: number): void {
  const tooMany = room.messages.length - retention.messages;
  let count = 0;
  while (count < most && (count < tooMany || isOlder(room.messages[count], now - retention.ageMs))) count += 1;
  for (const { id } of room.messages.splice(0, count)) room.seqById.delete(id);
  room.first += count;
}

/** Whether an empty room was unused for so long that it goes. */
export function isUnused(room: MemoryRoom, retention: Retention, now: number): boolean {
  const keptMs = headOf(room).seq === 0 ? unwrittenMsOf(retention) : retention.ageMs;
  return Math.max(room.ts, room.usedAt) < now - keptMs;
}

const isOlder = (message: Message | undefined, ts: number): boolean => message !== undefined && message.ts < ts;
