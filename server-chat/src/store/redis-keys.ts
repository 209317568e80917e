/**
 * Names in Redis. What stands in braces is hashed in a cluster: a room's keys, and a group's, are in one slot, where a
 * script can have them all.
 */
export const roomKeys = (room: string): readonly string[] =>
  ["m", "s", "i", "d"].map((part) => `chat:{${room}}:${part}`);

export const metaKey = (room: string): string => `chat:{${room}}:m`;
export const tombstonesKey = (room: string): string => `chat:{${room}}:d`;
/** For SCAN: the meta key of every room. */
export const everyMetaKey = "chat:{*}:m";
export const roomOfMetaKey = (key: string): string => key.slice("chat:{".length, -"}:m".length);

export const leaseKeys = (group: string): readonly string[] => [
  `chat:{lease:${group}}:ends`,
  `chat:{lease:${group}}:values`,
];
/** On one master of a cluster. By default the others refuse messages, too, when nobody has the slots of one. */
export const canaryKey = (node: string): string => `chat:{canary:${node}}`;

const roomPrefix = "chat:room:";
export const roomChannel = (room: string): string => roomPrefix + room;
/** Undefined if the channel is not a room's. */
export const roomOfChannel = (channel: string): string | undefined =>
  channel.startsWith(roomPrefix) ? channel.slice(roomPrefix.length) : undefined;
export const nodesChannel = "chat:nodes";
export const nodeChannel = (node: string): string => `chat:node:${node}`;
