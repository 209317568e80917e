import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { type Context, ROOT_CONTEXT, type Span, type SpanContext, SpanKind, trace } from "@opentelemetry/api";

/** Who asks, across programs: what a log line of a request or of a connection carries. */
export interface RequestTrace {
  /** The caller's X-Request-Id if it is harmless, else a new one; the answer names it. */
  readonly requestId: string;
  /** W3C Trace Context: the caller's trace, if it is in one. */
  readonly traceId: string | undefined;
  /**
   * A child of the caller's span. It records nothing unless an OpenTelemetry SDK was loaded before the server
   * (`node --import`), which is how an exporter is switched on.
   */
  readonly span: Span;
}

/** @param name of the span: a route or `/ws`, never a path that a client made up */
export function startTrace(name: string, headers: IncomingHttpHeaders): RequestTrace {
  const span = trace
    .getTracer("server-chat")
    .startSpan(name, { kind: SpanKind.SERVER }, parentContext(headers.traceparent));
  const { traceId } = span.spanContext();
  return {
    requestId: parseRequestId(headers["x-request-id"]) ?? randomUUID(),
    traceId: /^0+$/.test(traceId) ? undefined : traceId,
    span,
  };
}

const parseRequestId = (value: string | readonly string[] | undefined): string | undefined =>
  typeof value === "string" && /^[\w.-]{1,64}$/.test(value) ? value : undefined;

const parentContext = (header: string | readonly string[] | undefined): Context => {
  const parent = parseTraceparent(header);
  return parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
};

/** `00-<trace>-<span>-<flags>`; a later version may say more behind that (W3C Trace Context, "traceparent Header"). */
export function parseTraceparent(header: string | readonly string[] | undefined): SpanContext | undefined {
  if (typeof header !== "string") return undefined;
  const [, version = "", traceId = "", spanId = "", flags = ""] =
    /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/.exec(header) ?? [];
  const valid = version !== "ff" && (version !== "00" || header.length === 55);
  if (!valid || !/[1-9a-f]/.test(traceId) || !/[1-9a-f]/.test(spanId)) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
}
