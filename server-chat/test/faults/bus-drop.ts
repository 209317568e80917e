import { nodesChannel, roomOfChannel } from "../../src/store/redis-keys.ts";

export const isRoomChannel = (channel: string): boolean => roomOfChannel(channel) !== undefined;
/** Where nodes tell each other of bans and kicks. */
export const isNodesChannel = (channel: string): boolean => channel === nodesChannel;

/**
 * Takes messages of the bus out of what Redis sends, without a trace, as what a subscriber misses during a fail-over
 * is. A chunk that is anything else, or holds a part of a message, stays as it is. Speaks RESP2 and RESP3.
 *
 * @param drops asked once for each message
 */
export function dropMessages(chunk: Buffer, drops: (channel: string) => boolean): Buffer {
  const kept: Buffer[] = [];
  for (let rest = chunk; rest.length > 0; ) {
    const message = readMessage(rest);
    if (message === undefined) return chunk;
    if (!drops(message.channel)) kept.push(rest.subarray(0, message.bytes));
    rest = rest.subarray(message.bytes);
  }
  return Buffer.concat(kept);
}

/** The message that bytes begin with; undefined if they begin with something else or with a part of one. */
function readMessage(bytes: Buffer): { readonly channel: string; readonly bytes: number } | undefined {
  const header = bytes.subarray(0, 4).toString("latin1");
  if (header !== "*3\r\n" && header !== ">3\r\n") return undefined;
  const parts: string[] = [];
  let at = header.length;
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
  return /^s?message$/.test(kind) ? { channel, bytes: at } : undefined;
}
