import { Cluster, Redis, type RedisOptions } from "ioredis";
import type { RedisSettings } from "../config.ts";
import type { RedisTiming } from "./redis-timing.ts";
import { type ScriptName, scripts } from "./scripts.ts";

export type RedisClient = Redis | Cluster;

/** Scripts are commands of a client, by names that no command of Redis has. */
const commandName = (script: ScriptName) => `chat-${script}` as const;
const scriptCommands = Object.fromEntries(
  Object.entries(scripts).map(([name, script]) => [commandName(name as ScriptName), script]),
);

type Scripted = Record<`chat-${ScriptName}`, (...values: readonly (string | number)[]) => Promise<unknown>>;

/** Runs a script by its hash; Redis gets the whole text when it does not know the hash. */
export const runScript = (
  client: RedisClient,
  script: ScriptName,
  keys: readonly string[],
  values: readonly (string | number)[],
): Promise<unknown> => {
  const count = scripts[script].numberOfKeys === undefined ? [keys.length] : [];
  return (client as unknown as Scripted)[commandName(script)](...count, ...keys, ...values);
};

/**
 * A client lives for one connection: nothing is queued while there is none, nothing is sent again on the next one, and
 * what has no answer in time is rejected. All three are against the defaults of ioredis 6, which store a message twice
 * or wait without an end.
 */
const once = ({ commandMs, connectMs }: RedisTiming) =>
  ({
    retryStrategy: null,
    enableOfflineQueue: false,
    commandTimeout: commandMs,
    // Ends a connection on which nothing comes back, long before TCP gives it up.
    socketTimeout: commandMs,
    connectTimeout: connectMs,
    // Its check waits in whole seconds while Redis loads; ours looks at the same and more.
    enableReadyCheck: false,
    disableClientInfo: true,
    // A subscriber of protocol 3 would be sent replies and messages mixed.
    protocol: 2,
  }) satisfies RedisOptions;

/** A client for everything but subscriptions. Connects at once. */
export function connectData(settings: RedisSettings, timing: RedisTiming): RedisClient {
  const options = { ...once(timing), connectionName: "chat-data" };
  if (settings.mode !== "cluster") return connectOne(settings, { ...options, scripts: scriptCommands });
  return new Cluster(settings.nodes.map(parseAddress), {
    redisOptions: { ...options, password: settings.password },
    scripts: scriptCommands,
    enableOfflineQueue: false,
    clusterRetryStrategy: null,
    // 0 = never send again what a closed connection left unanswered.
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    slotsRefreshTimeout: timing.commandMs,
  });
}

/** A client that subscribes; in a cluster to any of its nodes, since each is told what is published on another. */
export function connectSubscriber(settings: RedisSettings, timing: RedisTiming, random: () => number): Redis {
  const options = { ...once(timing), connectionName: "chat-bus" };
  if (settings.mode !== "cluster") return connectOne(settings, options);
  const node = settings.nodes[Math.floor(random() * settings.nodes.length)] ?? "";
  return new Redis({ ...options, ...parseAddress(node), password: settings.password });
}

function connectOne(settings: Exclude<RedisSettings, { readonly mode: "cluster" }>, options: RedisOptions): Redis {
  const { password } = settings;
  if (settings.mode === "single") return new Redis(settings.url, { ...options, password });
  return new Redis({
    ...options,
    password,
    sentinels: settings.nodes.map(parseAddress),
    name: settings.name,
    // Sentinels have the password of the Redis that they watch.
    sentinelPassword: password,
    sentinelRetryStrategy: () => null,
    sentinelCommandTimeout: options.commandTimeout,
  });
}

export function parseAddress(address: string): { readonly host: string; readonly port: number } {
  const [host = "", port = ""] = address.split(":");
  return { host, port: Number(port) };
}
