import { randomBytes } from "node:crypto";

/** The name of a room's numbering. Random, so that one made after data was lost is never one that a client remembers. */
export const newEpoch = (): string => randomBytes(8).toString("hex");

/** How many of the oldest messages one publish drops at most: a smaller limit is reached soon, and no send is slow. */
export const trimmedPerPublish = 4;
