import type { ServerFrame, User } from "../src/protocol/frames.ts";

type Presence = Extract<ServerFrame, { type: "presence" }>;

/** Who is in a room, put together from differences. */
export interface Members {
  readonly count: number;
  /** Undefined when the server only counts: there are too many for names. */
  readonly names: readonly User[] | undefined;
  apply(presence: Presence): void;
  /** Differences may be missing from here on; the server sends everybody again. */
  clear(): void;
}

export function createMembers(): Members {
  const present = new Map<string, User>();
  let count = 0;
  return {
    get count() {
      return count;
    },
    get names() {
      return present.size === count ? [...present.values()] : undefined;
    },
    apply({ joined, left, count: now }) {
      count = now;
      // Only a number, or everybody: who is not in such a list is not there, whatever was known before.
      if (joined === undefined ? left === undefined : joined.length === now) present.clear();
      for (const user of left ?? []) present.delete(user.id);
      for (const user of joined ?? []) present.set(user.id, user);
    },
    clear() {
      present.clear();
    },
  };
}
