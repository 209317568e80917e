import { Cluster, Redis } from "ioredis";
import type { RedisSettings } from "../src/config.ts";
import { parseAddress } from "../src/store/redis-clients.ts";

/** Remembers all of a Redis; the function that it resolves to goes back to it, as a restored backup does. */
export async function snapshotRedis(settings: RedisSettings): Promise<() => Promise<void>> {
  const dumps = await withClient(settings, async (client) => {
    const keys = await listKeys(client);
    return Promise.all(
      keys.map(async (key) => ({ key, dump: await client.dumpBuffer(key), ttl: await client.pttl(key) })),
    );
  });
  return () =>
    withClient(settings, async (client) => {
      for (const key of await listKeys(client)) await client.del(key);
      for (const { key, dump, ttl } of dumps) await client.restore(key, Math.max(0, ttl), dump);
    });
}

async function withClient<T>(settings: RedisSettings, act: (client: Redis | Cluster) => Promise<T>): Promise<T> {
  const client = connect(settings);
  try {
    return await act(client);
  } finally {
    client.disconnect();
  }
}

function connect(settings: RedisSettings): Redis | Cluster {
  const { password } = settings;
  switch (settings.mode) {
    case "single":
      return new Redis(settings.url, { password });
    case "sentinel":
      return new Redis({
        sentinels: settings.nodes.map(parseAddress),
        name: settings.name,
        password,
        sentinelPassword: password,
      });
    case "cluster":
      return new Cluster(settings.nodes.map(parseAddress), { redisOptions: { password } });
  }
}

async function listKeys(client: Redis | Cluster): Promise<readonly string[]> {
  // A cluster knows its nodes once it has answered something.
  await client.get("anything");
  const masters = client instanceof Cluster ? client.nodes("master") : [client];
  return (await Promise.all(masters.map((master) => master.keys("*")))).flat();
}
