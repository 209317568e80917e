import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { ContractStores } from "./contract-stores.ts";

/** What is held for a time. */
export function storeLeases(name: string, { open }: ContractStores): void {
  describe(`${name}: leases`, () => {
    test("live until their time is over, unless they are renewed", async () => {
      const [{ leases }, other] = [await open(), await open()];
      const group = `group-${randomUUID()}`;
      await leases.put(group, "short", "1", 1_000);
      await leases.put(group, "long", "2", 60_000);
      await leases.put(group, "renewed", "3", 1_000);
      await leases.put(group, "renewed", "4", 60_000);
      const all = await other.leases.list(group);
      expect(all.map(({ holder, value }) => `${holder} ${value}`).sort()).toEqual(["long 2", "renewed 4", "short 1"]);
      expect(all.every(({ expiresInMs }) => expiresInMs > 0 && expiresInMs <= 60_000)).toBe(true);
      const living = async () => (await other.leases.list(group)).map(({ holder }) => holder).sort();
      await expect.poll(living).toEqual(["long", "renewed"]);
      await leases.remove(group, "long");
      await leases.remove(group, "nobody");
      expect(await living()).toEqual(["renewed"]);
      expect(await leases.list(`${group}-2`)).toEqual([]);
    });

    test("a group is claimed by who came first, until that lease is over", async () => {
      const [{ leases }, other] = [await open(), await open()];
      const group = `name:${randomUUID()}{}\n`;
      const claims = await Promise.all([
        leases.claim(group, "u1", "Ann", 1_000),
        other.leases.claim(group, "u2", "Eve", 1_000),
      ]);
      const [holder = "nobody"] = new Set(claims.map((claim) => claim.holder));
      expect(claims.every((claim) => claim.holder === holder)).toBe(true);
      expect(await leases.claim(group, holder, "again", 1_000)).toMatchObject({ holder, value: "again" });
      await expect.poll(async () => (await leases.claim(group, "u3", "Zoe", 60_000)).holder).toBe("u3");
      expect(await other.leases.claim(group, holder, "late", 1_000)).toMatchObject({ holder: "u3", value: "Zoe" });
    });

    test("many groups are claimed together, each as if it were alone", async () => {
      const { leases } = await open();
      const groups = Array.from({ length: 120 }, () => `name:${randomUUID()}`);
      const [taken = "", twice = ""] = groups;
      await leases.claim(taken, "u2", "Eve", 60_000);
      const claims = [...groups, twice].map((group) => ({ group, holder: "u1" }));
      expect(await leases.claimAll(claims, 30_000)).toEqual([{ group: taken, holder: "u1" }]);
      for (const group of groups.slice(1)) {
        const [lease, ...others] = await leases.list(group);
        expect([lease?.holder, lease?.value, others]).toEqual(["u1", "", []]);
        expect(lease?.expiresInMs).toBeLessThanOrEqual(30_000);
      }
      expect(await leases.list(taken)).toMatchObject([{ holder: "u2", value: "Eve" }]);
      expect(await leases.claimAll([], 1_000)).toEqual([]);
    });
  });
}
