import { z } from "zod";
import type { ServerFrame, User } from "../protocol/frames.ts";
import { limits } from "../protocol/limits.ts";

/** Who is in a room: on one node, or on all. */
export interface Crowd {
  readonly count: number;
  /** By id; undefined when they are too many to be named. */
  readonly members: ReadonlyMap<string, User> | undefined;
}

export const nobody: Crowd = { count: 0, members: new Map() };

export const crowdOf = (members: ReadonlyMap<string, User>): Crowd => ({
  count: members.size,
  members: members.size > limits.presenceNames ? undefined : members,
});

/**
 * All of them together, in whatever order. Who is on two nodes counts once, as far as names are known: on a node with too
 * many to be named everybody counts. Who has two names has the later one in the alphabet, so that all nodes agree.
 */
export function mergeCrowds(crowds: readonly Crowd[]): Crowd {
  const named = new Map<string, User>();
  for (const [id, user] of crowds.flatMap(({ members }) => [...(members ?? [])])) {
    const known = named.get(id);
    if (known === undefined || known.name < user.name) named.set(id, user);
  }
  const unnamed = crowds.filter(({ members }) => members === undefined);
  if (unnamed.length === 0) return crowdOf(named);
  return { count: unnamed.reduce((sum, { count }) => sum + count, named.size), members: undefined };
}

const valueSchema = z.object({
  count: z.int().min(0),
  members: z.array(z.object({ id: z.string(), name: z.string() })).optional(),
});

/** A node's crowd as the value of its lease. */
export const formatCrowd = ({ count, members }: Crowd): string =>
  JSON.stringify({ count, members: members && [...members.values()] });

/** Undefined for what no node of this version wrote. */
export function parseCrowd(value: string): Crowd | undefined {
  try {
    const { count, members } = valueSchema.parse(JSON.parse(value));
    return { count, members: members && new Map(members.map((user) => [user.id, user])) };
  } catch {
    return undefined;
  }
}

export type PresenceFrame = Extract<ServerFrame, { type: "presence" }>;

/** What tells somebody who knows nothing yet. */
export const fullFrame = (room: string, { count, members }: Crowd): PresenceFrame =>
  members === undefined
    ? { type: "presence", room, count }
    : { type: "presence", room, joined: [...members.values()], count };

/**
 * What tells somebody who knows `before`; undefined when there is nothing to tell. Who has another name now is among those
 * who joined: with the same id the new name takes the place of the old one.
 */
export function changeFrame(room: string, before: Crowd, now: Crowd): PresenceFrame | undefined {
  if (now.members === undefined) return before.count === now.count ? undefined : fullFrame(room, now);
  // The names were too many until now: here are all of them.
  if (before.members === undefined) return fullFrame(room, now);
  const { members } = before;
  const joined = [...now.members.values()].filter(({ id, name }) => members.get(id)?.name !== name);
  const left = missingIn(now.members, members);
  if (joined.length === 0 && left.length === 0) return undefined;
  return {
    type: "presence",
    room,
    ...(joined.length > 0 && { joined }),
    ...(left.length > 0 && { left }),
    count: now.count,
  };
}

/**
 * What tells all of them: those who know `before`, and those who came since and were told a number. So it lists everybody,
 * and also who went.
 */
export function wholeFrame(room: string, before: Crowd, now: Crowd): PresenceFrame {
  if (now.members === undefined || before.members === undefined) return fullFrame(room, now);
  const left = missingIn(now.members, before.members);
  return { ...fullFrame(room, now), ...(left.length > 0 && { left }) };
}

const missingIn = (members: ReadonlyMap<string, User>, others: ReadonlyMap<string, User>): readonly User[] =>
  [...others.values()].filter(({ id }) => !members.has(id));
