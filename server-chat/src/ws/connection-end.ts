import { performance } from "node:perf_hooks";
import { closeCodes } from "../protocol/close-codes.ts";
import type { Connection } from "./connection.ts";

/** Counts and logs one connection's end: who, why, and how much, never what was said. */
export function describeEnd(connection: Connection, code: number): void {
  const { engine, claims, ending, framesIn, stored, requestId, traceId, openedAtMs } = connection;
  const reason = ending ?? reasonOf(code);
  const durationMs = Math.round(performance.now() - openedAtMs);
  engine.metrics.closes.inc({ reason });
  if (ending === "slow") engine.metrics.slowClosed.inc();
  engine.log.info(
    { user: claims?.user.id, reason, code, durationMs, framesIn, stored, requestId, traceId },
    "a connection ended",
  );
}

/** A few words for what the other side did; a client can send any code. */
function reasonOf(code: number): string {
  if (code === 1006) return "lost";
  const known = Object.entries(closeCodes).find(([, one]) => one.code === code && one.code >= 1002 && one.code < 1010);
  return known?.[0] ?? "client";
}
