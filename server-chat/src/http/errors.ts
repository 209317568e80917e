import type { ErrorRequestHandler, Response } from "express";
import type { z } from "zod";
import { KeysError } from "../identity/keys.ts";
import { LoadDemoError } from "../load-demo/load-demos.ts";
import type { Metrics } from "../metrics.ts";
import { type ErrorName, errorCodes } from "../protocol/errors.ts";
import type { ErrorAnswer } from "../protocol/rest.ts";
import { StoreError } from "../store/store.ts";
import { contextOf } from "./context.ts";

/** When to come back to a server that cannot do it now. */
const comeBackMs = 1_000;

/** A request that is answered with a code. */
export class RequestError extends Error {
  readonly code: ErrorName;
  readonly retryAfterMs: number | undefined;
  /** @param message in place of the code's own; it never quotes what the client sent */
  constructor(code: ErrorName, { message, retryAfterMs }: { message?: string; retryAfterMs?: number } = {}) {
    super(message ?? errorCodes[code].message);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Parses what a client sent. @throws RequestError that names the field */
export function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const code = issue?.code === "custom" ? codeOf(issue.params) : undefined;
  if (code !== undefined) throw new RequestError(code);
  // The path is made of the schema's own names: an unknown field is reported at the object that holds it.
  const field = issue?.path.join(".") ?? "";
  const where = field === "" ? "" : ` Look at ${field}.`;
  throw new RequestError("bad_request", { message: `${errorCodes.bad_request.message}${where}` });
}

const codeOf = (params: Readonly<Record<string, unknown>> | undefined): ErrorName | undefined => {
  const code = params?.code;
  return typeof code === "string" && Object.hasOwn(errorCodes, code) ? (code as ErrorName) : undefined;
};

/** The one place where a failure becomes an answer. */
export const answerErrors =
  ({ metrics }: { readonly metrics: Metrics }): ErrorRequestHandler =>
  (error: unknown, request, response, _next) => {
    const { log } = contextOf(response);
    const failure = classify(error, request.method);
    metrics.errors.inc({ code: failure.code });
    if (failure.code === "internal") log.error({ err: error }, "a request failed");
    else if (error instanceof StoreError) log.warn({ problem: error.reason }, "the store did not fulfil a request");
    if (response.headersSent) response.destroy();
    else send(response, failure);
  };

function classify(error: unknown, method: string): RequestError {
  if (error instanceof RequestError) return error;
  if (error instanceof StoreError) {
    // Whoever only reads loses nothing by asking again.
    const stored = error.outcome === "unknown" && method !== "GET" && method !== "HEAD";
    return new RequestError(stored ? "unknown_outcome" : "unavailable", { retryAfterMs: comeBackMs });
  }
  if (error instanceof LoadDemoError)
    return new RequestError("unavailable", { message: error.message, retryAfterMs: comeBackMs });
  if (error instanceof KeysError) return new RequestError("unavailable", { retryAfterMs: comeBackMs });
  // Express' own: a path whose percent signs mean nothing.
  if (error instanceof URIError) return new RequestError("bad_request");
  return new RequestError("internal", { retryAfterMs: comeBackMs });
}

function send(response: Response, { code, message, retryAfterMs }: RequestError): void {
  const { status, duty } = errorCodes[code];
  const body: ErrorAnswer = {
    error: { code, message, retry: duty === "retry", ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
  };
  if (retryAfterMs !== undefined) response.set("retry-after", String(Math.ceil(retryAfterMs / 1_000)));
  if (status === 401) response.set("www-authenticate", "Bearer");
  response.status(status).json(body);
}
