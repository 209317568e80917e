import type { RequestHandler } from "express";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import { startTrace } from "../request-trace.ts";
import type { ReadAddress } from "./address.ts";
import { contextOf, setContext } from "./context.ts";

/** Gives a request its id, and says at its end what became of it. */
export function observe(parts: {
  readonly readAddress: ReadAddress;
  readonly draining: () => boolean;
  readonly log: Log;
  readonly metrics: Metrics;
}): RequestHandler {
  const { readAddress, draining, log, metrics } = parts;
  return (request, response, next) => {
    const startedAt = performance.now();
    const trace = startTrace("http", request.headers);
    const { requestId, traceId, span } = trace;
    setContext(response, {
      address: readAddress(request),
      trace,
      log: log.child({ requestId, traceId }),
      route: "unknown",
    });
    response.set("x-request-id", requestId);
    // A node that drains still answers, because requests arrive while the proxy learns of it; the next one goes elsewhere.
    if (draining()) response.set("connection", "close");
    response.once("close", () => {
      const { route, log: line } = contextOf(response);
      const status = response.writableFinished ? `${Math.floor(response.statusCode / 100)}xx` : "aborted";
      const seconds = (performance.now() - startedAt) / 1_000;
      metrics.httpSeconds.observe({ route, status }, seconds);
      line.debug({ route, status: response.statusCode, ms: seconds * 1_000 }, "request");
      span.updateName(route).setAttribute("http.response.status_code", response.statusCode).end();
    });
    next();
  };
}
