import { z } from "zod";
import type { RunScript } from "./redis-commands.ts";
import { leaseKeys } from "./redis-keys.ts";
import type { LeaseClaim, Leases } from "./store.ts";

const listReply = z.tuple([z.number(), z.array(z.string()), z.array(z.string())]);
const claimReply = z.tuple([z.string(), z.string(), z.number()]);
const refusedReply = z.array(z.int());

/** @param together whether one script may touch several groups, which a cluster has on several servers */
export function createRedisLeases(run: RunScript, together: boolean): Leases {
  async function claimTogether(claims: readonly LeaseClaim[], ttlMs: number): Promise<readonly LeaseClaim[]> {
    const keys = claims.flatMap(({ group }) => leaseKeys(group));
    const reply = await run("leaseClaimAll", keys, [ttlMs, ...claims.map(({ holder }) => holder)]);
    const refused = new Set(refusedReply.parse(reply));
    return claims.filter((_claim, index) => refused.has(index));
  }

  return {
    async put(group, holder, value, ttlMs) {
      await run("leasePut", leaseKeys(group), [holder, value, ttlMs]);
    },
    async remove(group, holder) {
      await run("leaseRemove", leaseKeys(group), [holder]);
    },
    async list(group) {
      const [now, ends, values] = listReply.parse(await run("leaseList", leaseKeys(group), []));
      const valueByHolder = new Map(pairs(values));
      return pairs(ends).map(([holder, end]) => ({
        holder,
        value: valueByHolder.get(holder) ?? "",
        expiresInMs: Number(end) - now,
      }));
    },
    async claim(group, holder, value, ttlMs) {
      const reply = await run("leaseClaim", leaseKeys(group), [holder, value, ttlMs]);
      const [stands, its, expiresInMs] = claimReply.parse(reply);
      return { holder: stands, value: its, expiresInMs };
    },
    async claimAll(claims, ttlMs) {
      if (claims.length === 0) return [];
      if (together) return claimTogether(claims, ttlMs);
      return (await Promise.all(claims.map((one) => claimTogether([one], ttlMs)))).flat();
    },
  };
}

/** Redis lists a hash, or members with scores, as one after the other. */
export const pairs = (flat: readonly string[]): readonly (readonly [string, string])[] =>
  Array.from({ length: flat.length / 2 }, (_, index) => [flat[2 * index] ?? "", flat[2 * index + 1] ?? ""]);
