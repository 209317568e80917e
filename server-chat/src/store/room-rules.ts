import { randomUUID } from "node:crypto";
import type { Retention } from "./store.ts";

/**
 * The name of a room's numbering. Random, so that one made after data was lost is never one that a client remembers.
 * Every publish brings one along in case; a UUID, unlike other random bytes, does not cost a system call each.
 */
export const newEpoch = (): string => randomUUID().replaceAll("-", "").slice(0, 16);

/** How long a room that never had a message stays when nobody is in it, if it is not told. */
const unwrittenMs = 3_600_000;

/** The same for a store with this retention: no message would be kept for longer, either. */
export const unwrittenMsOf = (retention: Retention): number =>
  Math.min(retention.unwrittenMs ?? unwrittenMs, retention.ageMs);

/** How many of the oldest messages one publish drops at most: a smaller limit is reached soon, and no send is slow. */
export const trimmedPerPublish = 4;
