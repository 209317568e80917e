import { setTimeout as pause } from "node:timers/promises";
import { type EnvironmentVariables, paths } from "../../src/contract.ts";
import type { ChatNode } from "../nodes.ts";

/** Limits that no flood of a test reaches: what is tested is the input, not the limiter. */
export const withoutRateLimits: EnvironmentVariables = {
  RATE_MESSAGES: "1000000/1000000",
  RATE_FRAMES: "1000000/1000000",
  RATE_SESSIONS_PER_ADDRESS: "1000000/1000000",
  RATE_REQUESTS_PER_ADDRESS: "1000000/1000000",
  RATE_CONNECTIONS_PER_ADDRESS: "1000000/1000000",
  RATE_CONNECTIONS_PER_NODE: "1000000/1000000",
};

/** Arguments of a node whose garbage a signal collects. */
export const collectableArgs: readonly string[] = [
  "--expose-gc",
  "--import",
  "data:text/javascript,process.on('SIGUSR2', () => gc())",
];

/** The value of a series without labels. */
export async function readMetric(node: ChatNode, name: string): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${node.adminPort}${paths.metrics}`);
  const line = (await response.text()).split("\n").find((one) => one.startsWith(`${name} `));
  if (line === undefined) throw new Error(`no metric ${name}`);
  return Number(line.split(" ")[1]);
}

/** Bytes that the node's heap holds when its garbage is gone. */
export async function liveHeap(node: ChatNode): Promise<number> {
  const samples: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    node.signal("SIGUSR2");
    await pause(100);
    samples.push(await readMetric(node, "nodejs_heap_size_used_bytes"));
  }
  return Math.min(...samples);
}
