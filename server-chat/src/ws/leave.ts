import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import type { Connection } from "./connection.ts";
import { jsonFrame } from "./frames-out.ts";

export interface LeaveOptions {
  /** Over how long clients are sent away: all at once they would fall upon the next replica together. */
  readonly spreadMs: number;
  /** How long to wait for acknowledgements that are still due after that. */
  readonly graceMs: number;
}

const tickMs = 50;

/**
 * Tells each client when to connect again, and closes it (1012) at that time, once its sends are answered. Those of a
 * store that does not answer in time are closed all the same: their clients ask again by the same ids.
 */
export async function leaveAll(
  connections: readonly Connection[],
  { spreadMs, graceMs }: LeaveOptions,
  random: () => number,
): Promise<void> {
  const startedAt = performance.now();
  const due = connections.map((connection) => ({ connection, atMs: Math.round(random() * spreadMs) }));
  for (const { connection, atMs } of due) connection.deliver(jsonFrame({ type: "drain", reconnectInMs: atMs }));
  let left = due;
  while (left.length > 0) {
    const passedMs = performance.now() - startedAt;
    left = left.filter(({ connection, atMs }) => {
      if (!connection.isOpen) return false;
      if (passedMs < atMs) return true;
      connection.leaving = true;
      if (connection.underWay > 0 && passedMs < spreadMs + graceMs) return true;
      connection.close("serviceRestart");
      return false;
    });
    await pause(tickMs);
  }
  // A close frame is answered, or the peer is cut.
  const goneBy = performance.now() + graceMs;
  while (performance.now() < goneBy && connections.some(({ ws }) => ws.readyState !== ws.CLOSED)) await pause(tickMs);
}
