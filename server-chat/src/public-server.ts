import { createServer, type RequestListener, type Server } from "node:http";
import type { Socket } from "node:net";

/** What one who sends slowly, or not at all, can cost. */
export interface PublicBounds {
  /** For the head of a request, and for a connection that sends nothing at all. */
  readonly headMs: number;
  /** For all of a request. */
  readonly requestMs: number;
  readonly checkEveryMs: number;
  /** Sockets that have neither become a WebSocket nor left. */
  readonly waitingSockets: number;
}

export const publicBounds: PublicBounds = {
  headMs: 10_000,
  requestMs: 30_000,
  checkEveryMs: 2_000,
  // Above a storm of reconnects of all whom one replica holds; a flood of silent sockets costs some 50 MB.
  waitingSockets: 8_192,
};

/**
 * Traefik keeps an idle connection to us for 90 s (forwardingTimeouts.idleConnTimeout). We keep it longer: the side
 * that closes first can meet a request on its way, and a proxy answers that one with 502.
 */
const keepAliveMs = 100_000;

/** The server that people reach, without routes of its own. */
export function createPublicServer(listener: RequestListener, bounds: PublicBounds = publicBounds): Server {
  const waiting = new Set<Socket>();
  function forget(this: Socket): void {
    waiting.delete(this);
  }
  return createServer(
    {
      headersTimeout: bounds.headMs,
      requestTimeout: bounds.requestMs,
      connectionsCheckingInterval: bounds.checkEveryMs,
      keepAliveTimeout: keepAliveMs,
      maxHeaderSize: 16 * 1024,
      noDelay: true,
      // Other offers, such as HTTP/2, are declined by an answer in HTTP/1.1.
      shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === "websocket",
    },
    listener,
  )
    .on("connection", (socket: Socket) => {
      if (waiting.size >= bounds.waitingSockets) {
        socket.destroy();
        return;
      }
      waiting.add(socket);
      socket.on("close", forget);
    })
    .on("upgrade", (_request, socket) => {
      waiting.delete(socket as Socket);
      socket.off("close", forget);
    });
}
