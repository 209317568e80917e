import type { Response } from "express";
import type { Log } from "../log.ts";
import type { RequestTrace } from "../request-trace.ts";

/** What is known of a request before it is looked at. */
export interface RequestContext {
  readonly address: string;
  readonly trace: RequestTrace;
  /** Names the request, and the trace that it is part of, in every line. */
  readonly log: Log;
  /** For metrics: one of the routes' names, never the path that a client made up. */
  route: string;
}

export const setContext = (response: Response, context: RequestContext): void => {
  response.locals.context = context;
};

export const contextOf = (response: Response): RequestContext => response.locals.context as RequestContext;
