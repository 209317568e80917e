import { askReadiness } from "./admin/healthcheck.ts";
import { parseSettings, type Settings, SettingsError } from "./config.ts";
import { drainSeconds, environmentSchema } from "./contract.ts";
import { createLog, type Log } from "./log.ts";
import { createMetrics } from "./metrics.ts";
import { type ChatServer, createChatServer } from "./server.ts";

/**
 * The program: environment, signals and exit codes, and nothing else.
 * 0 after a drain; 1 when a drain was cut short; 2 for an environment or a port that cannot be used; 70 for our own bug.
 */
function refuse(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

function readSettings(): Settings {
  try {
    return parseSettings(process.env);
  } catch (error) {
    if (error instanceof SettingsError) refuse(error.message);
    throw error;
  }
}

/** A program that goes on after a failure nobody expected is in a state nobody knows: the supervisor starts a new one. */
function crashOnBugs(log: Log): void {
  const crash = (err: unknown, origin: string) => {
    log.fatal({ err, origin }, "a bug of the server: it ends now");
    process.exit(70);
  };
  process.on("uncaughtException", crash);
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

async function serve(): Promise<void> {
  const settings = readSettings();
  const log = createLog(settings);
  crashOnBugs(log);
  const { version, commit } = settings.server;
  const metrics = createMetrics({ version, commit });
  const server = createChatServer({ settings, log, metrics });
  drainOnSignals(server, log);
  try {
    await server.listen();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    refuse(`The server cannot listen: ${message}. PORT and ADMIN_PORT say where.`);
  }
}

/** The image's probe: whether the replica in this container is ready. */
async function healthcheck(): Promise<void> {
  const port = environmentSchema.shape.ADMIN_PORT.safeParse(process.env.ADMIN_PORT);
  if (!port.success) refuse("ADMIN_PORT is no port.");
  const { ready, answer } = await askReadiness(port.data);
  process.stdout.write(`${answer}\n`);
  process.exitCode = ready ? 0 : 1;
}

const commands: Readonly<Record<string, () => Promise<void>>> = { serve, healthcheck };
const [name = "serve", ...more] = process.argv.slice(2);
const command = Object.hasOwn(commands, name) && more.length === 0 ? commands[name] : undefined;
if (command === undefined) refuse(`There is no such command; there are ${Object.keys(commands).join(", ")}.`);
await command();
