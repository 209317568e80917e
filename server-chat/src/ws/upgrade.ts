import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { type ErrorName, errorCodes } from "../protocol/errors.ts";
import { subprotocol } from "../protocol/frames.ts";
import { limits } from "../protocol/limits.ts";
import { startTrace } from "../request-trace.ts";
import { ChatWebSocket } from "./chat-web-socket.ts";
import { Connection } from "./connection.ts";
import type { Engine } from "./engine.ts";
import { comeBackMs } from "./pace.ts";

const path = "/ws";

interface Refusal {
  readonly code: ErrorName;
  readonly retryAfterMs?: number;
}

/** Answers HTTP upgrades: 101 and a connection, or an error with a code of the protocol. */
export function createUpgrade(engine: Engine, readAddress: (request: IncomingMessage) => string) {
  const { settings, pace, limiters } = engine;
  const origins = new Set(settings.allowedOrigins);
  const options = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.frameBytes,
    // A frame of the size limit in very small pieces; more is an attack on memory.
    maxFragments: 128,
    maxBufferedChunks: 1_024,
    closeTimeout: pace.closeMs,
    handleProtocols: () => subprotocol,
    WebSocket: ChatWebSocket,
  };
  const server = new WebSocketServer(options);
  // Without a key or of another version: by the same form of answer as all that is refused.
  server.on("wsClientError", (_error, socket) => refuse(socket, { code: "bad_request" }));

  function refuse(socket: Duplex, refusal: Refusal): void {
    engine.upgrades.count(refusal.code);
    answer(socket, refusal);
  }

  function findRefusal(request: IncomingMessage, address: string): Refusal | undefined {
    const { origin, "sec-websocket-protocol": protocols = "" } = request.headers;
    if (request.url?.split("?", 1)[0] !== path) return { code: "not_found" };
    // A browser always sends it; whoever does not cannot be somebody's page.
    if (origin !== undefined && !origins.has(origin)) return { code: "bad_origin" };
    if (!protocols.split(",").some((one) => one.trim() === subprotocol)) return { code: "bad_request" };
    if (engine.draining) return { code: "draining", retryAfterMs: comeBackMs };
    if (!engine.knowsBans) return { code: "unavailable", retryAfterMs: comeBackMs };
    const waitMs = takeTurn(address);
    return waitMs === 0 ? undefined : { code: "rate_limited", retryAfterMs: waitMs };
  }

  /** The address comes first, so that one that floods does not use up the node's. */
  function takeTurn(address: string): number {
    const addressWaitMs = limiters.connectionsPerAddress.take(address);
    if (addressWaitMs > 0) return addressWaitMs;
    const nodeWaitMs = limiters.connectionsPerNode.take("");
    if (nodeWaitMs > 0) limiters.connectionsPerAddress.giveBack(address);
    return nodeWaitMs;
  }

  return (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const address = readAddress(request);
    const refusal = findRefusal(request, address);
    if (refusal !== undefined) {
      refuse(socket, refusal);
      return;
    }
    const { span, requestId, traceId } = startTrace(path, request.headers);
    // An id that nobody else knows is not worth keeping for hours.
    const trace = { traceId, requestId: requestId === request.headers["x-request-id"] ? requestId : undefined };
    server.handleUpgrade(request, socket, head, (ws) => {
      engine.upgrades.count("accepted");
      ws.connection = new Connection(engine, ws, socket as Socket, address, trace);
      engine.opened(ws.connection);
    });
    span.end();
  };
}

function answer(socket: Duplex, { code, retryAfterMs }: Refusal): void {
  const { status, message, duty } = errorCodes[code];
  const retry = retryAfterMs === undefined ? {} : { retryAfterMs };
  const body = JSON.stringify({ error: { code, message, retry: duty === "retry", ...retry } });
  const headers = [
    `HTTP/1.1 ${status} ${code}`,
    "Connection: close",
    "Content-Type: application/json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(retryAfterMs === undefined ? [] : [`Retry-After: ${Math.ceil(retryAfterMs / 1_000)}`]),
  ];
  socket.on("error", () => socket.destroy());
  socket.once("finish", () => socket.destroy());
  socket.end(`${headers.join("\r\n")}\r\n\r\n${body}`);
}
