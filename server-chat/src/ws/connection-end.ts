import { performance } from "node:perf_hooks";
import { type CloseName, closeCodes } from "../protocol/close-codes.ts";
import type { Connection } from "./connection.ts";

/** Counts and logs one connection's end: who, why, and how much, never what was said. */
export function describeEnd(connection: Connection, received: number): void {
  const { engine, claims, ending, framesIn, stored, requestId, traceId, openedAtMs } = connection;
  // Of a peer that was closed it does not matter whether it had time to answer.
  const code = ending === undefined ? received : closeCodes[ending].code;
  const reason = ending ?? (code === 1006 ? "lost" : "client");
  const durationMs = Math.round(performance.now() - openedAtMs);
  engine.metrics.closes.inc({ reason });
  if (ending === "slow") engine.metrics.slowClosed.inc();
  engine.log.info(
    { user: claims?.user.id, reason, code, durationMs, framesIn, stored, requestId, traceId },
    "a connection ended",
  );
}

/** What `ws` closes a connection for, by its own name for it. Undefined for what is no fault of the client's frames. */
export function endingOf({ code = "" }: NodeJS.ErrnoException): CloseName | undefined {
  switch (code) {
    case "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH":
    case "WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH":
      return "tooBig";
    case "WS_ERR_TOO_MANY_BUFFERED_PARTS":
      return "fragments";
    case "WS_ERR_INVALID_UTF8":
      return "badUtf8";
    default:
      return code.startsWith("WS_ERR_") ? "protocolError" : undefined;
  }
}
