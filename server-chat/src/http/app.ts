import express, { type Express, type Request, type RequestHandler, type Response } from "express";
import type { Settings } from "../config.ts";
import { createLoadDemos, type LoadDemos } from "../load-demo/load-demos.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import type { RateLimiter } from "../rate-limit.ts";
import type { ReadAddress } from "./address.ts";
import { readObject, refuseBody } from "./body.ts";
import { identify } from "./caller.ts";
import { contextOf } from "./context.ts";
import type { Call, Endpoint, EndpointParts } from "./endpoint.ts";
import { endpoints } from "./endpoints.ts";
import { answerErrors, parse, RequestError } from "./errors.ts";
import { observe } from "./observe.ts";
import { type Page, servePage } from "./page.ts";
import { setSecurityHeaders } from "./security-headers.ts";

export interface HttpParts extends Omit<EndpointParts, "loadDemos"> {
  readonly settings: Pick<Settings, "server" | "node" | "allowedOrigins" | "loadDemos">;
  readonly readAddress: ReadAddress;
  /** Requests of one address. */
  readonly requests: RateLimiter;
  /** Threads of this process, unless a test has others. */
  readonly loadDemos?: LoadDemos;
  readonly page: Page | undefined;
  readonly draining: () => boolean;
  /** ms since 1970 */
  readonly now: () => number;
  readonly log: Log;
  readonly metrics: Metrics;
}

/**
 * REST under `/api`, the page beside it. It is not the WebSocket, whose upgrades never come here, and not the probes,
 * which have a port of their own.
 */
export function createHttpApp(parts: HttpParts): Express {
  const { settings, page, metrics } = parts;
  const { loadDemos = createLoadDemos() } = parts;
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.enable("case sensitive routing");
  app.enable("strict routing");
  app.set("query parser", "simple");
  app.use(observe(parts), setSecurityHeaders);
  app.use("/api", admit(parts));
  const offered = Object.values(endpoints).filter(({ route }) => settings.loadDemos || route.loadDemo !== true);
  for (const [path, ofPath] of Map.groupBy(offered, ({ route }) => route.path)) {
    app.all(path, dispatch(ofPath, { ...parts, loadDemos }));
  }
  if (page !== undefined) app.use(servePage(page));
  app.use(() => {
    throw new RequestError("not_found");
  });
  app.use(answerErrors({ metrics }));
  return app;
}

/** Before anything is read: who asks too often, and pages that this server does not belong to. */
const admit =
  ({ requests, settings }: HttpParts): RequestHandler =>
  ({ headers }, response, next) => {
    response.set("cache-control", "no-store");
    const waitMs = requests.take(contextOf(response).address);
    if (waitMs > 0) throw new RequestError("rate_limited", { retryAfterMs: waitMs });
    const { origin } = headers;
    if (origin !== undefined && !settings.allowedOrigins.includes(origin)) throw new RequestError("bad_origin");
    next();
  };

/** Picks the endpoint of a path by the method. */
function dispatch(ofPath: readonly Endpoint[], parts: HttpParts & EndpointParts) {
  const byMethod = new Map<string, Endpoint>(ofPath.map((one) => [one.route.method, one]));
  const get = byMethod.get("GET");
  if (get !== undefined) byMethod.set("HEAD", get);
  const allow = [...byMethod.keys()].sort().join(", ");
  return async (request: Request, response: Response): Promise<void> => {
    const found = byMethod.get(request.method);
    if (found === undefined) {
      response.set("allow", allow);
      throw new RequestError("method_not_allowed");
    }
    response.json(await answer(found, parts, request, response));
  };
}

async function answer(
  { route, answer: work }: Endpoint,
  parts: HttpParts & EndpointParts,
  request: Request,
  response: Response,
): Promise<object> {
  const context = contextOf(response);
  const { address, log } = context;
  context.route = `${route.method} ${route.path}`;
  const caller = identify(route.access, request.headers, { ...parts, address });
  const params = parse(route.params, { ...request.params });
  const query = parse(route.query, { ...request.query });
  const body = route.body === undefined ? refuseBody(request) : parse(route.body, await readObject(request));
  // What the route demands was checked above, so `caller` and `body` are what its type says.
  return work({ params, query, body, caller, address, log } as Call<typeof route>, parts);
}
