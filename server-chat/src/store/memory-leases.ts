import type { MemoryLease, MemoryWorld } from "./memory-world.ts";
import type { Lease, Leases } from "./store.ts";

export function createMemoryLeases({ leases, now }: MemoryWorld, assertOpen: () => void): Leases {
  const living = (group: string): readonly MemoryLease[] =>
    [...(leases.get(group)?.values() ?? [])].filter(({ expiresAt }) => expiresAt > now());
  const describe = ({ holder, value, expiresAt }: MemoryLease): Lease => ({
    holder,
    value,
    expiresInMs: expiresAt - now(),
  });
  const put = (group: string, holder: string, value: string, ttlMs: number): MemoryLease => {
    const lease = { holder, value, expiresAt: now() + ttlMs };
    leases.set(group, new Map([...living(group), lease].map((one) => [one.holder, one])));
    return lease;
  };
  const claim = (group: string, holder: string, value: string, ttlMs: number): MemoryLease =>
    living(group).find((lease) => lease.holder !== holder) ?? put(group, holder, value, ttlMs);
  return {
    async put(group, holder, value, ttlMs) {
      assertOpen();
      put(group, holder, value, ttlMs);
    },
    async remove(group, holder) {
      assertOpen();
      leases.get(group)?.delete(holder);
      if (living(group).length === 0) leases.delete(group);
    },
    async list(group) {
      assertOpen();
      return living(group).map(describe);
    },
    async claim(group, holder, value, ttlMs) {
      assertOpen();
      return describe(claim(group, holder, value, ttlMs));
    },
    async claimAll(claims, ttlMs) {
      assertOpen();
      return claims.filter(({ group, holder }) => claim(group, holder, "", ttlMs).holder !== holder);
    },
  };
}
