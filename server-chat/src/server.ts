import type { Server } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { createAdminServer } from "./admin/admin-server.ts";
import type { Settings } from "./config.ts";
import { drain } from "./drain.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import { createPublicServer } from "./public-server.ts";
import { createReadiness, sampleEveryMs } from "./readiness.ts";

/** Traefik learns of a pod that leaves at the same time as the pod itself, and goes on sending people for a moment. */
const serveMs = 3_000;

export interface ChatServer {
  /** Opens both ports; Redis is waited for behind them. */
  listen(): Promise<void>;
  /** Takes leave of everybody, then ends. Bounded by the contract's drainSeconds. */
  drain(): Promise<void>;
}

/** One replica, wired: the only place where the parts know of each other. */
export function createChatServer(parts: {
  readonly settings: Settings;
  readonly log: Log;
  readonly metrics: Metrics;
}): ChatServer {
  const { settings, log, metrics } = parts;
  const readiness = createReadiness({
    store: () => ({ ready: true }),
    missingKeys: () => undefined,
    now: () => performance.now(),
  });
  const people = createPublicServer((_request, response) => response.writeHead(404).end());
  const admin = createAdminServer({ readiness, metrics, log });
  const sampling = setInterval(() => metrics.ready.set(readiness.sample().ready ? 1 : 0), sampleEveryMs);

  return {
    async listen() {
      await Promise.all([listen(people, settings.port, log), listen(admin, settings.adminPort, log)]);
      log.info({ port: settings.port, adminPort: settings.adminPort }, "listening");
    },
    async drain() {
      readiness.drain();
      const steps = [
        // With the memory store there is no other replica that could take over meanwhile.
        { name: "serve", boundMs: serveMs + 1_000, run: () => pause(settings.redis === undefined ? 0 : serveMs) },
        { name: "requests", boundMs: 2_000, run: () => closeServer(people) },
      ];
      await drain(steps, log);
      clearInterval(sampling);
      people.closeAllConnections();
      admin.close();
      admin.closeAllConnections();
    },
  };
}

function listen(server: Server, port: number, log: Log): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, () => {
      server.off("error", reject);
      // Out of file descriptors, for example: who is here stays, and the next ones get in when somebody leaves.
      server.on("error", (error) => log.error({ err: error, port }, "a connection was not accepted"));
      resolve();
    });
  });
}

const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
  });
