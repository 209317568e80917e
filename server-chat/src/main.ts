import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { askReadiness } from "./admin/healthcheck.ts";
import { parseSettings, type Settings, SettingsError } from "./config.ts";
import { drainSeconds, type EnvironmentVariables, environmentSchema } from "./contract.ts";
import { readPage } from "./http/page.ts";
import { createEphemeralKeys, createFileKeys, type Keys } from "./identity/keys.ts";
import { makeModeratorToken } from "./identity/moderator-token.ts";
import { createLog, type Log, silent } from "./log.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { type ChatServer, createChatServer } from "./server.ts";
import { createMemoryStore, createMemoryWorld } from "./store/memory-store.ts";
import { connectRedisStore } from "./store/redis-store.ts";
import type { Store } from "./store/store.ts";

/**
 * The program: environment, files, signals and exit codes, and nothing else.
 * 0 after a drain; 1 when a drain was cut short; 2 for an environment or a port that cannot be used; 70 for our own bug.
 */
const environment: EnvironmentVariables = process.env;

async function serve(): Promise<void> {
  const settings = parseSettings(environment);
  const log = createLog(settings);
  endOnBugs(log);
  const { version, commit } = settings.server;
  const metrics = createMetrics({ version, commit });
  const store = openStore(settings, log, metrics);
  const server = createChatServer({ settings, store, keys: openKeys(settings, log), page: findPage(), log, metrics });
  drainOnSignals(server, log);
  try {
    await server.listen();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    refuse(`The server cannot listen: ${message}. PORT and ADMIN_PORT say where.`);
  }
}

function openStore({ redis, retention }: Settings, log: Log, metrics: Metrics): Store {
  if (redis !== undefined) return connectRedisStore(redis, { retention, log, metrics });
  log.warn("REDIS_MODE is memory: every message is forgotten when this ends, and no other replica sees any");
  return createMemoryStore(createMemoryWorld(), { retention });
}

const openKeys = ({ signingKeysFile }: Settings, log: Log): Keys =>
  signingKeysFile === undefined ? createEphemeralKeys() : createFileKeys(signingKeysFile, { log });

/** Beside the bundle; from the sources, where the bundle would be. */
function findPage() {
  const folder = import.meta.url.endsWith(".ts") ? "../build/page" : "page";
  const path = fileURLToPath(new URL(folder, import.meta.url));
  return existsSync(path) ? readPage(path) : undefined;
}

/** A program that goes on after a failure nobody expected is in a state nobody knows: the supervisor starts a new one. */
function endOnBugs(log: Log): void {
  process.on("uncaughtException", (err: unknown, origin) => {
    log.fatal({ err, origin }, "a bug of the server: it ends now");
    process.exit(70);
  });
}

function drainOnSignals(server: ChatServer, log: Log): void {
  let leaving = false;
  const leave = (signal: string) => {
    if (leaving) {
      log.warn({ signal }, "a second signal: ends at once");
      process.exit(1);
    }
    leaving = true;
    log.info({ signal }, "drains");
    setTimeout(() => {
      log.error("the drain took too long: ends now");
      process.exit(1);
    }, drainSeconds * 1_000);
    server.drain().then(() => {
      log.info("drained");
      process.exit(0);
    });
  };
  process.on("SIGTERM", leave);
  process.on("SIGINT", leave);
}

/** The image's probe: whether the replica in this container is ready. */
async function healthcheck(): Promise<void> {
  const port = environmentSchema.shape.ADMIN_PORT.safeParse(environment.ADMIN_PORT);
  if (!port.success) throw new SettingsError("ADMIN_PORT is no port.");
  const { ready, answer } = await askReadiness(port.data);
  process.stdout.write(`${answer}\n`);
  process.exitCode = ready ? 0 : 1;
}

async function moderatorToken(words: readonly string[]): Promise<void> {
  const file = environmentSchema.shape.SIGNING_KEYS_FILE.safeParse(environment.SIGNING_KEYS_FILE);
  if (file.data === undefined) throw new SettingsError("SIGNING_KEYS_FILE is no path to the keys.");
  const keys = createFileKeys(file.data, { log: silent });
  process.stdout.write(`${await makeModeratorToken(words, { keys, now: Date.now })}\n`);
}

function refuse(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

const commands: Readonly<Record<string, (words: readonly string[]) => Promise<void>>> = {
  serve,
  healthcheck,
  "moderator-token": moderatorToken,
};
const [name = "serve", ...words] = process.argv.slice(2);
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
if (command === undefined) refuse(`There is no such command; there are ${Object.keys(commands).join(", ")}.`);
try {
  await command(words);
} catch (error) {
  if (error instanceof SettingsError) refuse(error.message);
  process.stderr.write(`${(error as Error).stack}\n`);
  process.exit(70);
}
