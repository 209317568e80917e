import { describe, expect, test } from "vitest";
import { createContractStores, draft, newRoom, type StoreUnderTest } from "./contract-stores.ts";
import { storeBus } from "./store-bus.contract.ts";
import { storeHistory } from "./store-history.contract.ts";
import { storeLaw } from "./store-law.contract.ts";
import { storeLeases } from "./store-leases.contract.ts";
import { storeNumbering } from "./store-numbering.contract.ts";

/** What every store does, whatever it is made of. */
export function storeContract(name: string, implementation: () => StoreUnderTest): void {
  const stores = createContractStores(implementation);
  const { open } = stores;
  for (const part of [storeNumbering, storeHistory, storeBus, storeLeases]) part(name, stores);

  describe(`${name}: life`, () => {
    test("a ready store says so; a closed one answers what was under way and refuses the rest", async () => {
      const store = await open();
      const room = newRoom();
      expect(store.status()).toEqual({ ready: true });
      const underWay = store.publish(room, draft());
      await store.close();
      expect(await underWay).toMatchObject({ seq: 1 });
      expect(store.status()).toMatchObject({ ready: false });
      await expect(store.publish(room, draft())).rejects.toMatchObject({ outcome: "refused", reason: "closed" });
      await expect(store.read(room, { latest: true, limit: 1 })).rejects.toMatchObject({ outcome: "refused" });
      await expect(store.subscribe(room)).rejects.toMatchObject({ outcome: "refused" });
    });
  });

  storeLaw(name, open);
}
