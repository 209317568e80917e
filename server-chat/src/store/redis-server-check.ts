import { Cluster, type Redis } from "ioredis";
import { redisSettings } from "../contract.ts";
import type { RedisClient } from "./redis-clients.ts";
import { StoreError } from "./store.ts";

/** Scripts with flags, and keys whose end of life only moves forward. */
const oldest = 7;

/** What a Redis server says about itself: replies to INFO, and to CONFIG GET where that is allowed. */
export interface ServerFacts {
  readonly info: string;
  readonly config: Readonly<Record<string, string>> | undefined;
}

/** @throws StoreError if one of the servers that would keep our data cannot; `warn` hears of settings that risk it */
export async function inspectServers(client: RedisClient, warn: (words: string) => void): Promise<void> {
  const servers: readonly Redis[] = client instanceof Cluster ? client.nodes("master") : [client];
  for (const server of servers) {
    const facts = { info: await server.info(), config: await readConfig(server) };
    assertUsable(facts);
    for (const words of findWeakSettings(facts)) warn(words);
  }
}

/** Undefined where CONFIG is forbidden. */
async function readConfig(server: Redis): Promise<ServerFacts["config"]> {
  const settings: Record<string, string> = {};
  try {
    for (const name of Object.keys(redisSettings)) {
      const [, value = ""] = (await server.config("GET", name)) as readonly string[];
      settings[name] = value;
    }
    return settings;
  } catch {
    return undefined;
  }
}

/** @throws StoreError when nothing can be kept on this server, with the reason in words */
export function assertUsable({ info }: ServerFacts): void {
  const version = field(info, "redis_version") ?? "of an unknown version";
  if (!(Number.parseInt(version, 10) >= oldest))
    refuse("version", `Redis ${version} is too old: ${oldest}.0 or newer is needed`);
  if (field(info, "loading") === "1") refuse("loading", "Redis is loading its data");
  if (field(info, "role") === "slave") refuse("read-only", "Redis is a read-only replica");
}

/** Settings under which Redis may lose what was acknowledged, each in words. */
export function findWeakSettings({ config }: ServerFacts): readonly string[] {
  if (config === undefined) return ["Redis does not let us read its settings: nobody knows whether it keeps its word"];
  return Object.entries(redisSettings)
    .filter(([name, value]) => config[name] !== value)
    .map(([name, value]) => `Redis has ${name} ${config[name]} instead of ${value}: ${consequences[name]}`);
}

const consequences: Readonly<Record<string, string>> = {
  appendonly: "a restart loses messages that were acknowledged",
  appendfsync: "a power cut loses messages that were acknowledged",
  "maxmemory-policy": "a full memory evicts rooms",
};

const field = (info: string, name: string): string | undefined =>
  info
    .split(/\r?\n/)
    .find((line) => line.startsWith(`${name}:`))
    ?.slice(name.length + 1);

function refuse(reason: string, words: string): never {
  throw new StoreError("refused", reason, { cause: new Error(words) });
}
