import { randomUUID } from "node:crypto";

/**
 * The name of a room's numbering. Random, so that one made after data was lost is never one that a client remembers.
 * Every publish brings one along in case; a UUID, unlike other random bytes, does not cost a system call each.
 */
export const newEpoch = (): string => randomUUID().replaceAll("-", "").slice(0, 16);

/** How many of the oldest messages one publish drops at most: a smaller limit is reached soon, and no send is slow. */
export const trimmedPerPublish = 4;
