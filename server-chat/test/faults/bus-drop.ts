import { nodesChannel, roomOfChannel } from "../../src/store/redis-keys.ts";

/** Which channels a fault is about. */
export type Channels = (channel: string) => boolean;

export const roomChannels: Channels = (channel) => roomOfChannel(channel) !== undefined;
/** What nodes tell each other: bans and kicks. */
export const nodesChannels: Channels = (channel) => channel === nodesChannel;

/**
 * Whether a chunk that Redis sends is nothing but messages on such channels, whole ones: then it can vanish without a
 * trace, as what a subscriber misses during a fail-over does. Speaks RESP2 and RESP3.
 */
export function isMessagesOn(channels: Channels, chunk: Buffer): boolean {
  let rest: Buffer | undefined = chunk;
  while (rest !== undefined && rest.length > 0) rest = afterMessage(channels, rest);
  return rest !== undefined && chunk.length > 0;
}

/** What follows one message at the start; undefined if there is something else or a part of one. */
function afterMessage(channels: Channels, bytes: Buffer): Buffer | undefined {
  const header = bytes.subarray(0, 4).toString("latin1");
  if (header !== "*3\r\n" && header !== ">3\r\n") return undefined;
  const parts: string[] = [];
  let at = 4;
  for (let part = 0; part < 3; part += 1) {
    const end = bytes.indexOf("\r\n", at);
    const length = /^\$(\d+)$/.exec(bytes.subarray(at, end).toString("latin1"))?.[1];
    if (end === -1 || length === undefined) return undefined;
    const from = end + 2;
    at = from + Number(length) + 2;
    if (at > bytes.length) return undefined;
    parts.push(bytes.subarray(from, at - 2).toString("utf8"));
  }
  const [kind = "", channel = ""] = parts;
  return /^s?message$/.test(kind) && channels(channel) ? bytes.subarray(at) : undefined;
}
