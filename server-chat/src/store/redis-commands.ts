import { setTimeout as pause } from "node:timers/promises";
import { Cluster } from "ioredis";
import type { Metrics } from "../metrics.ts";
import { type RedisClient, runScript } from "./redis-clients.ts";
import type { Link } from "./redis-link.ts";
import { toStoreError } from "./redis-refusal.ts";
import type { ScriptName } from "./scripts.ts";
import { StoreError } from "./store.ts";

/** @throws StoreError */
export type RunScript = (
  script: ScriptName,
  keys: readonly string[],
  values: readonly (string | number)[],
) => Promise<unknown>;

/**
 * Runs what needs no script; `name` is for the metrics.
 *
 * @throws StoreError
 */
export type RunCommand = <T>(name: string, act: (client: RedisClient) => Promise<T>) => Promise<T>;

/** What the store asks of Redis goes through here: measured, and failing with one kind of error. */
export function createCommands(link: Link<RedisClient>, metrics: Pick<Metrics, "storeSeconds"> | undefined) {
  const underWay = new Set<Promise<unknown>>();
  let closed = false;

  const command: RunCommand = async (name, act) => {
    if (closed) throw new StoreError("refused", "closed");
    const client = link.client();
    const measured = metrics?.storeSeconds.startTimer({ command: name });
    const answer = act(client);
    underWay.add(answer);
    try {
      return await answer;
    } catch (error) {
      const failure = toStoreError(error);
      // Another server is the master by now, or will be: a new connection finds it.
      if (failure.reason === "read-only" && !(client instanceof Cluster)) link.drop(failure, client);
      throw failure;
    } finally {
      underWay.delete(answer);
      measured?.();
    }
  };
  const run: RunScript = (script, keys, values) => command(script, (client) => runScript(client, script, keys, values));

  return {
    command,
    run,
    /** Refuses what comes from now on; resolves when the rest has its answer, or after `withinMs`. */
    async finish(withinMs: number): Promise<void> {
      closed = true;
      const late = new AbortController();
      await Promise.race([
        Promise.allSettled(underWay),
        pause(withinMs, undefined, { signal: late.signal }).catch(() => {}),
      ]);
      late.abort();
    },
  };
}
