import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import type { z } from "zod";
import { environmentSchema } from "./contract.ts";
import type { ServerInfo } from "./protocol/frames.ts";
import type { Retention } from "./store/store.ts";

/** A token bucket: `burst` at once, refilled by `perSecond`. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

export type RedisSettings =
  | { readonly mode: "single"; readonly url: string; readonly password: string }
  | { readonly mode: "sentinel"; readonly nodes: readonly string[]; readonly name: string; readonly password: string }
  | { readonly mode: "cluster"; readonly nodes: readonly string[]; readonly password: string };

/** Everything that one replica is told from outside, checked. */
export interface Settings {
  readonly port: number;
  readonly adminPort: number;
  /** Undefined: the memory store, which forgets everything at exit. */
  readonly redis: RedisSettings | undefined;
  /** Undefined with the memory store only: keys are made at start. */
  readonly signingKeysFile: string | undefined;
  readonly allowedOrigins: readonly string[];
  readonly trustedProxies: readonly string[];
  readonly server: ServerInfo;
  /** The machine that the replica runs on, where it is known. */
  readonly node: string | undefined;
  readonly logLevel: "debug" | "info" | "warn" | "error";
  readonly retention: Retention;
  readonly tokenLifetimeMs: number;
  readonly rates: {
    /** Messages of one user. */
    readonly messages: Rate;
    /** What a user asks for besides: join, leave, typing, ping. */
    readonly frames: Rate;
    readonly sessionsPerAddress: Rate;
    readonly requestsPerAddress: Rate;
    readonly connectionsPerAddress: Rate;
    readonly connectionsPerNode: Rate;
  };
  readonly loadDemos: boolean;
}

/** The environment or a file that it names cannot be used; the message says each variable and what is wrong with it. */
export class SettingsError extends Error {}

/**
 * Reads the environment by the contract, and the files that it names.
 *
 * @throws SettingsError with one line per variable
 */
export function parseSettings(env: NodeJS.ProcessEnv): Settings {
  const result = environmentSchema.safeParse(env);
  if (!result.success) {
    const lines = result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new SettingsError(`The environment is not usable.\n${lines.join("\n")}`);
  }
  const read = result.data;
  return {
    port: read.PORT,
    adminPort: read.ADMIN_PORT,
    redis: redisSettings(read),
    signingKeysFile: read.SIGNING_KEYS_FILE,
    allowedOrigins: read.ALLOWED_ORIGINS,
    trustedProxies: read.TRUSTED_PROXIES ?? [],
    server: {
      id: read.REPLICA ?? hostname(),
      version: read.APP_VERSION,
      commit: read.APP_COMMIT,
      colour: read.APP_COLOUR,
    },
    node: read.NODE_NAME,
    logLevel: read.LOG_LEVEL,
    retention: { messages: read.HISTORY_MESSAGES, ageMs: read.HISTORY_DAYS * 24 * 3_600_000 },
    tokenLifetimeMs: read.TOKEN_HOURS * 3_600_000,
    rates: {
      messages: read.RATE_MESSAGES,
      frames: read.RATE_FRAMES,
      sessionsPerAddress: read.RATE_SESSIONS_PER_ADDRESS,
      requestsPerAddress: read.RATE_REQUESTS_PER_ADDRESS,
      connectionsPerAddress: read.RATE_CONNECTIONS_PER_ADDRESS,
      connectionsPerNode: read.RATE_CONNECTIONS_PER_NODE,
    },
    loadDemos: read.LOAD_DEMOS === "on",
  };
}

function redisSettings(read: z.output<typeof environmentSchema>): RedisSettings | undefined {
  const password = read.REDIS_PASSWORD_FILE === undefined ? "" : readPassword(read.REDIS_PASSWORD_FILE);
  const nodes = read.REDIS_NODES ?? [];
  // The contract requires what each mode needs; the empty values never meet a server.
  switch (read.REDIS_MODE) {
    case "memory":
      return undefined;
    case "single":
      return { mode: "single", url: read.REDIS_URL ?? "", password };
    case "sentinel":
      return { mode: "sentinel", nodes, name: read.REDIS_SENTINEL_NAME ?? "", password };
    case "cluster":
      return { mode: "cluster", nodes, password };
  }
}

function readPassword(path: string): string {
  try {
    return readFileSync(path, "utf8").trimEnd();
  } catch (error) {
    throw new SettingsError(`REDIS_PASSWORD_FILE: ${path} cannot be read: ${(error as Error).message}`);
  }
}
