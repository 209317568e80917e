import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { bundle } from "./bundle.ts";
import { formatNewKeys } from "./image/secrets.ts";
import { askReadiness } from "./src/admin/healthcheck.ts";
import { type EnvironmentVariables, ports } from "./src/contract.ts";

/**
 * `npm run chat`: the chat on this machine, with nothing to set up. Without REDIS_URL everything is in memory; with
 * `REDIS_URL=redis://[:password@]host:port` it is the real thing. Any other variable of the contract may be set as well.
 */
const folder = mkdtempSync(join(tmpdir(), "chat-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

function writePrivate(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}

/** A password belongs into a file, not into a variable that every child and every crash report would show. */
function redisVariables(text: string): EnvironmentVariables {
  if (!URL.canParse(text)) return { REDIS_MODE: "single", REDIS_URL: text };
  const url = new URL(text);
  const password = decodeURIComponent(url.password);
  url.password = "";
  return {
    REDIS_MODE: "single",
    REDIS_URL: url.href,
    REDIS_PASSWORD_FILE: process.env.REDIS_PASSWORD_FILE ?? writePrivate("password", password),
    SIGNING_KEYS_FILE: process.env.SIGNING_KEYS_FILE ?? writePrivate("keys.json", formatNewKeys()),
  };
}

const { REDIS_URL, PORT = String(ports.http), ADMIN_PORT = String(ports.admin) } = process.env;
const defaults: EnvironmentVariables = {
  PORT,
  ADMIN_PORT,
  ALLOWED_ORIGINS: `http://localhost:${PORT},http://127.0.0.1:${PORT}`,
  REDIS_MODE: "memory",
  LOG_LEVEL: "warn",
};
process.env = { ...defaults, ...process.env, ...(REDIS_URL === undefined ? {} : redisVariables(REDIS_URL)) };

const program = join(folder, "program");
await bundle(program);
// In this process: Ctrl-C reaches the server itself, and its exit code is this program's.
await import(pathToFileURL(join(program, "server.js")).href);

let told = false;
for (let last = ""; ; await pause(200)) {
  const { ready, answer } = await askReadiness(Number(ADMIN_PORT));
  if (ready) break;
  // One refusal is only the start; the same one again is something to know.
  if (answer === last && !told) {
    process.stderr.write(`not ready: ${answer}\n`);
    told = true;
  }
  last = answer;
}
process.stdout.write(`The chat is open: http://localhost:${PORT} (Ctrl-C ends it)\n`);
