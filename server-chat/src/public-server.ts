import { createServer, type RequestListener, type Server } from "node:http";
import type { Socket } from "node:net";

/**
 * Traefik keeps an idle connection to us for 90 s (its forwardingTimeouts.idleConnTimeout). We must keep it longer: the
 * side that closes first can meet a request on its way, and a proxy answers that with 502.
 */
const keepAliveTimeout = 100_000;

/**
 * Sockets that have neither sent a whole request nor become a WebSocket. Above a storm of reconnects of all that one
 * node holds, and small enough that a flood of silent sockets costs memory in megabytes.
 */
export const maxWaitingSockets = 8_192;

/**
 * The server that people reach, without routes of its own. Who sends a request slowly, or none, loses the connection:
 * ten seconds for the head, thirty for all of it.
 */
export function createPublicServer(listener: RequestListener): Server {
  const waiting = new Set<Socket>();
  return createServer(
    {
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      connectionsCheckingInterval: 2_000,
      keepAliveTimeout,
      maxHeaderSize: 16 * 1024,
      noDelay: true,
    },
    listener,
  )
    .on("connection", (socket: Socket) => {
      if (waiting.size >= maxWaitingSockets) {
        socket.destroy();
        return;
      }
      waiting.add(socket);
      socket.once("close", () => waiting.delete(socket));
    })
    .prependListener("upgrade", (_request, socket) => {
      waiting.delete(socket as Socket);
    });
}
