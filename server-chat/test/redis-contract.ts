import type { RedisSettings } from "../src/config.ts";
import { storeContract } from "../src/store/store.contract.ts";
import { snapshotRedis } from "./redis-snapshot.ts";
import { openStore, untilReady } from "./redis-store.ts";

/** The contract of every store, on Redis as the settings have it. */
export function redisContract(name: string, settings: () => RedisSettings): void {
  storeContract(name, () => ({
    async open(retention) {
      const { store } = openStore(settings(), { retention });
      await untilReady(store);
      return store;
    },
    snapshot: () => snapshotRedis(settings()),
  }));
}
