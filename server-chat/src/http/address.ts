import type { IncomingMessage } from "node:http";
import { BlockList, isIPv4, isIPv6 } from "node:net";

type Asker = Pick<IncomingMessage, "headers"> & { readonly socket: { readonly remoteAddress?: string | undefined } };

/** The client's address as limits and bans see it: an IPv4 address, or the /64 network that one IPv6 customer has. */
export type ReadAddress = (request: Asker) => string;

/**
 * Finds who asks. Each proxy appends to X-Forwarded-For whom it was asked by, and a client may send the header too. So it
 * is read from the right, and only as far as the proxies are ours.
 *
 * @param trustedProxies networks such as `10.0.0.0/8`
 */
export function createAddressReader(trustedProxies: readonly string[]): ReadAddress {
  const trusted = new BlockList();
  for (const network of trustedProxies) {
    const [address = "", bits = ""] = network.split("/");
    trusted.addSubnet(address, Number(bits), isIPv4(address) ? "ipv4" : "ipv6");
  }
  const isTrusted = (address: string) => trusted.check(address, isIPv4(address) ? "ipv4" : "ipv6");

  return ({ headers, socket }) => {
    let address = parseAddress(socket.remoteAddress ?? "");
    // The connection ended before anybody looked.
    if (address === undefined) return "unknown";
    if (!isTrusted(address)) return network(address);
    const hops = [headers["x-forwarded-for"] ?? []].flat().join(",").split(",");
    while (isTrusted(address)) {
      const hop = parseAddress(hops.pop()?.trim() ?? "");
      if (hop === undefined) break;
      address = hop;
    }
    return network(address);
  };
}

const mapped = "::ffff:";

/** IPv4 also where it comes as IPv6 (`::ffff:192.0.2.1`), which is how a socket that listens on both has it. */
function parseAddress(text: string): string | undefined {
  if (isIPv4(text)) return text;
  // The form that Node gives them. All clients come this way at once after a restart.
  if (text.startsWith(mapped) && isIPv4(text.slice(mapped.length))) return text.slice(mapped.length);
  // A link-local address names its interface behind a percent sign.
  const [bare = ""] = text.split("%");
  if (!isIPv6(bare)) return undefined;
  const [high = 0, low = 0] = groupsOf(bare).slice(6);
  const isMapped = groupsOf(bare).slice(0, 6).join() === "0,0,0,0,0,65535";
  return isMapped ? [high >> 8, high & 255, low >> 8, low & 255].join(".") : bare;
}

const network = (address: string): string => (isIPv4(address) ? address : network64(address));

const network64 = (address: string): string =>
  `${groupsOf(address)
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(":")}::/64`;

/** The eight 16-bit groups of a valid IPv6 address. */
function groupsOf(address: string): readonly number[] {
  // The URL parser writes an IPv4 tail as two groups.
  const [left = "", right] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const parse = (part: string) => (part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16)));
  const [before, after] = [parse(left), parse(right ?? "")];
  const zeros = right === undefined ? 0 : 8 - before.length - after.length;
  return [...before, ...new Array<number>(zeros).fill(0), ...after];
}
