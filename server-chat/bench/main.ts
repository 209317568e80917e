import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { exitCode, UserError } from "../../config/user-error.ts";
import { bundle } from "../bundle.ts";
import { redisSettings } from "../src/contract.ts";
import { missingRedis } from "../test/redis.ts";
import { type BenchContext, cores } from "./bench-context.ts";
import { acceptCell } from "./cells/accept.ts";
import { ceilingCell } from "./cells/ceiling.ts";
import type { Cell, CellResult } from "./cells/cell.ts";
import { deliveryCells } from "./cells/delivery.ts";
import { historyCell } from "./cells/history.ts";
import { jitterCell } from "./cells/jitter.ts";
import { memoryCell } from "./cells/memory.ts";
import { nodesCell } from "./cells/nodes.ts";
import { allKept, formatCell, formatSummary } from "./report.ts";
import { rates } from "./sides/ours.ts";
import { installPeer, peerVersion } from "./sides/peer.ts";

/**
 * `npm run bench:chat`: this server beside the original's way on Socket.IO, on one machine and in one run. It says
 * nothing about networks, TLS or a proxy: all traffic is on loopback, where the sender pays for the receiver's TCP.
 */
const cells: readonly Cell[] = [
  ...deliveryCells,
  ceilingCell,
  acceptCell,
  memoryCell,
  jitterCell,
  nodesCell,
  historyCell,
];
const cellNames = cells.map(({ name }) => name).join(", ");
const usage = `Options: --only <cell> (one of ${cellNames}; may be repeated), --rounds <number>, --quick\n`;

/** Descriptors of a process with 10,000 connections, and some. */
const descriptors = 10_500;

interface Options {
  readonly chosen: readonly Cell[];
  readonly rounds: number;
  readonly quick: boolean;
}

const interruption = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => interruption.abort());

const folder = mkdtempSync(join(tmpdir(), "chat-bench-"));
try {
  const options = readOptions();
  process.exitCode = await run(options);
} catch (error) {
  process.exitCode = explain(error);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function readOptions(): Options {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: "string", multiple: true, default: [] },
        rounds: { type: "string", default: "3" },
        quick: { type: "boolean", default: false },
      },
    });
    const { only, quick } = values;
    const rounds = quick ? 1 : Number(values.rounds);
    const chosen = cells.filter(({ name }) => only.length === 0 || only.includes(name));
    const unknown = only.filter((name) => !cells.some((cell) => cell.name === name));
    if (unknown.length > 0) throw new UserError(`There is no cell "${unknown.join(", ")}".`, { remedy: usage });
    if (!Number.isInteger(rounds) || rounds < 1) throw new UserError("--rounds is no number.", { remedy: usage });
    return { chosen, quick, rounds };
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError((error as Error).message, { remedy: usage });
  }
}

async function run({ chosen, rounds, quick }: Options): Promise<number> {
  checkMachine();
  const context: BenchContext = {
    program: join(folder, "server", "server.js"),
    folder,
    rounds,
    quick,
    signal: interruption.signal,
    progress: (text) => {
      if (process.stderr.isTTY === true) process.stderr.write(`${text}\n`);
    },
  };
  await installPeer(context);
  await bundle(join(folder, "server"));
  // With all that it starts and does not send elsewhere: Redis and the load.
  execFileSync("taskset", ["-acp", String(cores.load), String(process.pid)]);
  process.stdout.write(describeConditions(context));
  const results: CellResult[] = [];
  for (const cell of chosen) {
    context.progress(`${cell.name} ...`);
    const result = await cell.measure(context);
    results.push(result);
    // Printed as soon as it is measured: it takes minutes, and the next one may fail.
    process.stdout.write(formatCell(result));
  }
  process.stdout.write(formatSummary(results));
  return allKept(results) ? exitCode.ok : exitCode.findings;
}

function checkMachine(): void {
  const missing = (what: string, remedy: string) => {
    throw new UserError(what, { remedy, exitCode: exitCode.outsideWorld });
  };
  if (missingRedis !== undefined) missing(missingRedis, "Both sides need it.");
  if (process.platform !== "linux") missing("The benchmark needs Linux.", "It reads /proc and pins processes.");
  if (availableParallelism() < 2) missing("There is one core.", "The server needs one of its own.");
  const allowed = Number(/^Max open files\s+\d+\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1]);
  if (allowed >= descriptors) return;
  try {
    // Children inherit it.
    execFileSync("prlimit", ["--pid", String(process.pid), `--nofile=${descriptors}:${descriptors}`]);
  } catch {
    missing(
      `A process may open ${allowed} files; ${descriptors} are needed.`,
      `Run \`ulimit -n ${descriptors}\` as root.`,
    );
  }
}

/** What a reader must know before the first figure. */
function describeConditions({ rounds, quick }: BenchContext): string {
  const redis = execFileSync("redis-server", ["--version"], { encoding: "utf8" }).split(" v=")[1]?.split(" ")[0];
  const settings = Object.entries(redisSettings).map(([name, value]) => `${name} ${value}`);
  return [
    `ours: the bundle; peer: Socket.IO ${peerVersion("socket.io")} with its Redis adapter ${peerVersion("@socket.io/redis-adapter")}, WebSocket only; Node ${process.version}`,
    `one server a run, alone on core ${cores.server}; core ${cores.load} has the load and Redis ${redis} (${settings.join(", ")})`,
    "rate limits of ours (burst/second), the rest as by default:",
    ...Object.entries(rates).map(([name, value]) => `  ${name}=${value}`),
    `medians of ${rounds}, both sides in turn${quick ? "; QUICK: far too short to measure anything" : ""}`,
    "",
    "",
  ].join("\n");
}

function explain(error: unknown): number {
  if (interruption.signal.aborted) return exitCode.interrupted;
  if (!(error instanceof UserError)) throw error;
  process.stderr.write(`${error.message}\n${error.remedy}\n`);
  return error.exitCode;
}
