import { contains, parseCidr, type Range } from "../config/cidr.ts";

/** Blocks that are not public (IANA IPv4 Special-Purpose Address Registry), and multicast and reserved space. */
const notPublic = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/3",
];

/** The range of a CIDR; none when it is no IPv4 network. */
export function rangesOf(cidr: string): Range[] {
  const range = parseCidr(cidr);
  return range ? [range] : [];
}

/** Ranges less some blocks. */
export function subtract(ranges: readonly Range[], cidrs: readonly string[]): Range[] {
  return cidrs.flatMap(rangesOf).reduce(without, [...ranges]);
}

/** Every public address. */
export const publicRanges: readonly Range[] = subtract(rangesOf("0.0.0.0/0"), notPublic);

/** Whether every address of a range lies in one of the open ranges. */
export function covered(range: Range, open: readonly Range[]): boolean {
  return open.some((one) => contains(one, range)) || open.reduce(without, [range]).length === 0;
}

function without(ranges: Range[], hole: Range): Range[] {
  return ranges.flatMap((range): Range[] => {
    if (hole[1] < range[0] || range[1] < hole[0]) return [range];
    const parts: Range[] = [
      [range[0], hole[0] - 1],
      [hole[1] + 1, range[1]],
    ];
    return parts.filter(([first, last]) => first <= last);
  });
}
