import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatNewKeys } from "../../image/secrets.ts";
import { createFileKeys } from "../../src/identity/keys.ts";
import { makeModeratorToken } from "../../src/identity/moderator-token.ts";
import { silent } from "../../src/log.ts";
import { freePorts } from "../nodes.ts";
import { startProxy, type TcpProxy } from "../proxy.ts";
import { type Redis, type RedisOptions, startRedis } from "../redis.ts";
import { defineStageNode, type StageNode } from "./stage-node.ts";

/** Everything but the clients: Redis, nodes, and a proxy on each way between them. */
export interface Stage {
  readonly redis: Redis;
  readonly nodes: readonly StageNode[];
  /** The ways in: the clients of a group share one. */
  readonly groups: readonly TcpProxy[];
  readonly moderatorToken: string;
  /** Sends new connections of each group to a node that takes them, as a load balancer does. */
  route(): void;
  close(): Promise<void>;
}

export interface StageOptions {
  readonly nodes: number;
  readonly groups: number;
  /** Messages that a room keeps. */
  readonly retention: number;
  readonly redis?: RedisOptions;
}

/** What the suite needs did not start: nothing is said about the server's promises. */
export class StageError extends Error {}

/**
 * The last node's clock can be moved.
 *
 * @throws StageError
 */
export async function openStage({
  nodes: nodeCount,
  groups: groupCount,
  retention,
  redis: how,
}: StageOptions): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), "chat-stage-"));
  const keysFile = join(folder, "keys.json");
  writeFileSync(keysFile, formatNewKeys(), { mode: 0o600 });
  const keys = createFileKeys(keysFile, { log: silent });
  const moderatorToken = await makeModeratorToken(["moderator", "24"], { keys, now: Date.now });
  keys.close();

  const redis = await startRedis(how).catch((error: Error) => {
    rmSync(folder, { recursive: true, force: true });
    throw new StageError(`Redis does not start: ${error.message}`, { cause: error });
  });
  const removeFolders = () => {
    for (const path of [folder, redis.folder]) rmSync(path, { recursive: true, force: true });
  };
  // An interrupted run leaves nothing behind; its processes end by the handlers of who started them.
  process.on("exit", removeFolders);
  const ports = await freePorts(2 * nodeCount);
  const nodes: StageNode[] = [];
  const groups: TcpProxy[] = [];
  const close = async () => {
    await Promise.all(nodes.map((node) => node.close()));
    await Promise.all(groups.map((group) => group.close()));
    await redis.stop();
    removeFolders();
    process.off("exit", removeFolders);
  };
  try {
    for (let i = 0; i < nodeCount; i += 1) {
      const [port = 0, adminPort = 0] = ports.slice(2 * i);
      const redisLink = await startProxy(redis.port);
      const hasOwnClock = i === nodeCount - 1;
      nodes.push(
        defineStageNode({ name: `node-${i + 1}`, port, adminPort, redisLink, redis, keysFile, retention, hasOwnClock }),
      );
    }
    for (let i = 0; i < groupCount; i += 1) groups.push(await startProxy(nodes[i % nodeCount]?.port ?? 0));
    await Promise.all(nodes.map((node) => node.start()));
  } catch (error) {
    await close();
    throw new StageError(`The stage cannot be set: ${(error as Error).message}`, { cause: error });
  }
  return {
    redis,
    nodes,
    groups,
    moderatorToken,
    route() {
      groups.forEach((group, i) => {
        // Each group has a node of its own, and goes to the next one while that is away.
        const inOrder = nodes.map((_, step) => nodes[(i + step) % nodes.length]);
        const target = inOrder.find((node) => node?.takesConnections);
        if (target !== undefined) group.retarget(target.port);
      });
    },
    close,
  };
}
