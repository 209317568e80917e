import { createServer, type Server, type ServerResponse } from "node:http";
import { paths } from "../contract.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { Readiness } from "../readiness.ts";

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const json = (status: number, value: unknown): Answer => ({
  status,
  type: "application/json; charset=utf-8",
  body: `${JSON.stringify(value)}\n`,
});

/** The port for the cluster: two probes and the metrics, on a server of its own so that people's load cannot hide them. */
export function createAdminServer(parts: {
  readonly readiness: Readiness;
  readonly metrics: Metrics;
  readonly log: Log;
}): Server {
  const { readiness, metrics, log } = parts;
  const routes: Record<string, () => Answer | Promise<Answer>> = {
    // Says only that the event loop turns: a restart mends neither Redis nor a drain.
    [paths.healthz]: () => json(200, { alive: true }),
    [paths.readyz]: () => {
      const state = readiness.check();
      return json(state.ready ? 200 : 503, state);
    },
    [paths.metrics]: async () => ({
      status: 200,
      type: metrics.registry.contentType,
      body: await metrics.scrape(),
    }),
  };
  const answer = async (method: string, path: string): Promise<Answer> => {
    const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
    if (route === undefined) return json(404, { error: `Here are ${Object.keys(routes).join(", ")}.` });
    if (method !== "GET" && method !== "HEAD") return json(405, { error: "GET or HEAD." });
    return route();
  };
  return createServer({ requestTimeout: 10_000, headersTimeout: 5_000, connectionsCheckingInterval: 2_000 })
    .on("request", (request, response) => {
      const [path = "/"] = (request.url ?? "/").split("?", 1);
      answer(request.method ?? "GET", path)
        .catch((error: unknown) => {
          log.error({ err: error, path }, "the admin port failed");
          return json(500, { error: "The server failed; its log knows why." });
        })
        .then((result) => write(response, result));
    })
    .on("clientError", (_error, socket) => {
      socket.destroy();
    });
}

function write(response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, {
    "content-type": type,
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    ...(status === 405 ? { allow: "GET, HEAD" } : {}),
  });
  response.end(body);
}
