import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { exitCode, UserError } from "../../../config/user-error.ts";
import { runProgram } from "../../../io/run-program.ts";
import { freePorts } from "../../test/nodes.ts";
import { startProcess } from "../../test/own-process.ts";
import type { Redis } from "../../test/redis.ts";
import { type BenchContext, onServerCore } from "../bench-context.ts";
import type { StartedServer } from "./started-server.ts";

/** Socket.IO and what the original built on it; only this benchmark installs its packages. */
export const peerFolder = join(import.meta.dirname, "..", "peer");

/**
 * Installs the peer's packages by its own lock file, when that is newer than what is there.
 *
 * @throws UserError with exit code 3 when they cannot be installed
 */
export async function installPeer({ signal, progress }: BenchContext): Promise<void> {
  const modifiedMs = (path: string) => statSync(join(peerFolder, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  // npm writes this file last.
  if (modifiedMs("node_modules/.package-lock.json") > modifiedMs("package-lock.json")) return;
  progress("installing Socket.IO into server-chat/bench/peer/node_modules");
  const options = { cwd: peerFolder, variables: process.env, signal };
  const { exitCode: code, output } = await runProgram("npm", ["ci"], options);
  if (code !== 0) {
    throw new UserError(`Socket.IO could not be installed (npm ci in server-chat/bench/peer):\n${output.trimEnd()}`, {
      remedy: "The first run needs the npm registry.",
      exitCode: exitCode.outsideWorld,
    });
  }
}

/** Such as `4.8.4`. */
export function peerVersion(name: string): string {
  return JSON.parse(readFileSync(join(peerFolder, "node_modules", name, "package.json"), "utf8")).version;
}

export async function startPeer(context: BenchContext, redis: Redis, recovery: boolean): Promise<StartedServer> {
  const [port = 0] = await freePorts(1);
  const outputFile = join(context.folder, "peer.log");
  const [taskset, ...words] = onServerCore;
  const server = startProcess(taskset, [...words, process.execPath, join(peerFolder, "server.js")], {
    outputFile,
    env: {
      NODE_ENV: "production",
      PORT: String(port),
      REDIS_URL: `redis://:${redis.password}@${redis.address}`,
      RECOVERY: recovery ? "on" : "off",
    },
  });
  const deadlineMs = performance.now() + 15_000;
  while (!(await answers(port))) {
    if (performance.now() > deadlineMs)
      throw new Error(`Socket.IO does not answer:\n${readFileSync(outputFile, "utf8")}`);
    await sleep(25);
  }
  return { pids: [server.pid], ports: [port], stop: () => server.kill() };
}

async function answers(port: number): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined);
  return response?.ok === true;
}
