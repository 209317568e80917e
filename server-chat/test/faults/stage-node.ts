import type { EnvironmentVariables } from "../../src/contract.ts";
import { type ChatNode, startNode } from "../nodes.ts";
import type { TcpProxy } from "../proxy.ts";
import type { Redis } from "../redis.ts";
import type { Exit } from "../server-process.ts";
import { collectGarbage, inspectable } from "./collect-garbage.ts";

/** A node with a place of its own, which several processes take one after the other. */
export interface StageNode {
  readonly name: string;
  readonly port: number;
  readonly url: string;
  readonly redisLink: TcpProxy;
  /** Whether a load balancer would send somebody here. */
  readonly takesConnections: boolean;
  /** Of the process that is there now. */
  readonly logs: readonly string[];
  start(): Promise<void>;
  kill(): Promise<void>;
  /** Resolves at its end. */
  term(): Promise<Exit>;
  pause(): void;
  resume(): void;
  /** In faketime's words; only for a node with a clock of its own. */
  moveClock(offset: string): void;
  waitUntilReady(): Promise<void>;
  /** The sum over all labels of a metric. */
  metric(name: string): Promise<number>;
  /** What its heap holds after a collection. */
  heapBytes(): Promise<number>;
  close(): Promise<void>;
}

export interface StageNodeParts {
  readonly name: string;
  readonly port: number;
  readonly adminPort: number;
  readonly redisLink: TcpProxy;
  readonly redis: Redis;
  readonly keysFile: string;
  readonly retention: number;
  readonly hasOwnClock: boolean;
}

/** The suite's clients come from one address and write faster than people. */
const open = "1000000/1000000";

export function defineStageNode(parts: StageNodeParts): StageNode {
  const { name, port, adminPort, redisLink, redis } = parts;
  const env: EnvironmentVariables = {
    PORT: String(port),
    ADMIN_PORT: String(adminPort),
    REPLICA: name,
    SIGNING_KEYS_FILE: parts.keysFile,
    HISTORY_MESSAGES: String(parts.retention),
    RATE_MESSAGES: open,
    RATE_SESSIONS_PER_ADDRESS: open,
    RATE_REQUESTS_PER_ADDRESS: open,
    RATE_CONNECTIONS_PER_ADDRESS: open,
    RATE_CONNECTIONS_PER_NODE: open,
  };
  let process: ChatNode | undefined;
  let takesConnections = false;
  const running = (): ChatNode => {
    if (process === undefined) throw new Error(`${name} was not started`);
    return process;
  };
  const node: StageNode = {
    name,
    port,
    url: `http://127.0.0.1:${port}`,
    redisLink,
    get takesConnections() {
      return takesConnections;
    },
    get logs() {
      return process?.logs ?? [];
    },
    async start() {
      const url = `redis://127.0.0.1:${redisLink.port}`;
      const clock = parts.hasOwnClock ? { clock: "+0" } : {};
      process = await startNode({ redis: { url, password: redis.password }, env, nodeArgs: inspectable, ...clock });
      takesConnections = true;
    },
    async kill() {
      takesConnections = false;
      await process?.kill();
    },
    term() {
      takesConnections = false;
      return running().term();
    },
    pause: () => running().pause(),
    resume: () => running().resume(),
    moveClock: (offset) => running().moveClock(offset),
    waitUntilReady: () => running().waitUntilReady(),
    async metric(metricName) {
      const response = await fetch(`http://127.0.0.1:${adminPort}/metrics`, { signal: AbortSignal.timeout(5_000) });
      const lines = (await response.text()).split("\n");
      const values = lines
        .filter((line) => line.split(/[ {]/)[0] === metricName)
        .map((line) => Number(line.split(" ").at(-1)));
      if (values.length === 0) throw new Error(`${name} has no metric ${metricName}`);
      return values.reduce((sum, value) => sum + value, 0);
    },
    async heapBytes() {
      await collectGarbage(running().logs);
      return node.metric("nodejs_heap_size_used_bytes");
    },
    async close() {
      await process?.kill();
      await redisLink.close();
    },
  };
  return node;
}
