import { type Redis, startRedis } from "../test/redis.ts";
import type { BenchContext, Side } from "./bench-context.ts";
import type { Target } from "./load/commands.ts";
import { type LoadProcess, startLoad } from "./load/load-process.ts";
import { createMembers, type OursOptions, startOurs } from "./sides/ours.ts";
import { startPeer } from "./sides/peer.ts";
import type { StartedServer } from "./sides/started-server.ts";

export const room = "bench";

/** One run's processes: a Redis, a server and a load, nothing of an earlier run. */
export interface Stage {
  readonly side: Side;
  readonly redis: Redis;
  readonly server: StartedServer;
  readonly load: LoadProcess;
}

export interface StageOptions extends OursOptions {
  readonly side: Side;
  /** How many clients there can be. */
  readonly clients: number;
  /** The peer keeps what it sent for clients that come back. */
  readonly recovery?: boolean;
}

/** Starts what a run needs, and ends all of it, however the run ends. */
export async function onStage<T>(
  context: BenchContext,
  { side, clients, recovery = false, ...options }: StageOptions,
  act: (stage: Stage) => Promise<T>,
): Promise<T> {
  context.signal.throwIfAborted();
  await using cleanup = new AsyncDisposableStack();
  const redis = await startRedis();
  cleanup.defer(() => redis.stop());
  const server = await (side === "ours" ? startOurs(context, redis, options) : startPeer(context, redis, recovery));
  cleanup.defer(() => server.stop());
  const load = startLoad(context.signal);
  cleanup.defer(() => load.stop());
  const { pids, ports } = server;
  const target: Target = { side, room, ports, pids, members: await createMembers(clients) };
  await load.run("prepare", target);
  return await act({ side, redis, server, load });
}
