import type { RedisSettings } from "../src/config.ts";
import { type Redis, startRedis, until } from "./redis.ts";

const name = "chat";

export interface RedisSentinels {
  readonly settings: RedisSettings;
  /** Who was master at first. */
  readonly master: Redis;
  readonly replica: Redis;
  stop(): Promise<void>;
}

/** A master, a replica and three sentinels, two of which decide: about two seconds to a fail-over. */
export async function startSentinels(): Promise<RedisSentinels> {
  const started: Redis[] = [];
  const start = async (options: Parameters<typeof startRedis>[0]) => {
    const redis = await startRedis(options);
    started.push(redis);
    return redis;
  };
  const stop = async () => {
    await Promise.all(started.map((server) => server.stop()));
  };
  try {
    const master = await start({ lines: ["repl-diskless-sync-delay 0"] });
    const { password } = master;
    const replica = await start({ password, lines: [`replicaof 127.0.0.1 ${master.port}`] });
    await until("the replica has the master's data", () => isSynced(replica), replica.log);
    const sentinels = await Promise.all(
      [1, 2, 3].map(() => start({ password, args: ["--sentinel"], lines: watch(master) })),
    );
    await until(
      "the sentinels know each other",
      async () => (await Promise.all(sentinels.map(knowsTheOthers))).every(Boolean),
      master.log,
    );
    const nodes = sentinels.map(({ address }) => address);
    return { settings: { mode: "sentinel", nodes, name, password }, master, replica, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const watch = ({ port, password }: Redis): readonly string[] => [
  `sentinel monitor ${name} 127.0.0.1 ${port} 2`,
  `sentinel auth-pass ${name} ${password}`,
  `sentinel sentinel-pass ${password}`,
  `sentinel down-after-milliseconds ${name} 1000`,
  `sentinel failover-timeout ${name} 5000`,
];

const isSynced = async (replica: Redis): Promise<boolean> =>
  (await replica.cli("info", "replication")).includes("master_link_status:up");

const knowsTheOthers = async (sentinel: Redis): Promise<boolean> =>
  /slaves=1,sentinels=3/.test(await sentinel.cli("info", "sentinel"));
