import { type Context, type SpanContext, type TracerProvider, trace } from "@opentelemetry/api";
import { afterEach, expect, test } from "vitest";
import { parseTraceparent, startTrace } from "./request-trace.ts";

afterEach(() => trace.disable());

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const spanId = "00f067aa0ba902b7";

test("a caller's trace goes on in ours, without an exporter too", () => {
  const { traceId: ours, span } = startTrace("GET /api/info", { traceparent: `00-${traceId}-${spanId}-01` });
  expect(ours).toBe(traceId);
  expect(span.spanContext()).toMatchObject({ traceId, traceFlags: 1 });
});

// This is how an exporter is switched on: the server names none.
test("an SDK that was loaded first gets each request as a child of the caller's span", () => {
  const started: { name: string; parent: SpanContext | undefined }[] = [];
  const own = { traceId, spanId: "b7ad6b7169203331", traceFlags: 1 };
  const startSpan = (name: string, _options: unknown, parent: Context) => {
    started.push({ name, parent: trace.getSpanContext(parent) });
    return trace.wrapSpanContext(own);
  };
  trace.setGlobalTracerProvider({ getTracer: () => ({ startSpan }) } as unknown as TracerProvider);
  const { span } = startTrace("/ws", { traceparent: `00-${traceId}-${spanId}-01` });
  expect(started).toEqual([{ name: "/ws", parent: expect.objectContaining({ traceId, spanId, isRemote: true }) }]);
  expect(span.spanContext()).toEqual(own);
});

test("who is in no trace gets none", () => {
  expect(startTrace("GET /api/info", {}).traceId).toBeUndefined();
});

// The header comes from outside and ends in logs and in other systems.
test.each([
  "",
  `00-${traceId}-${spanId}`,
  `00-${"0".repeat(32)}-${spanId}-01`,
  `00-${traceId}-${"0".repeat(16)}-01`,
  `ff-${traceId}-${spanId}-01`,
  `00-${traceId}-${spanId}-01-more`,
  `00-${traceId.toUpperCase()}-${spanId}-01`,
  `00-${traceId}-${spanId}-01\n`,
])("the header %j is no trace", (header) => {
  expect(parseTraceparent(header)).toBeUndefined();
});

test("a later version of the header is understood as far as we know it", () => {
  expect(parseTraceparent(`01-${traceId}-${spanId}-00-more`)).toMatchObject({ traceId, spanId, traceFlags: 0 });
});

test("a request keeps its id across programs, unless it could spoil a log", () => {
  expect(startTrace("x", { "x-request-id": "abc-1.2_3" }).requestId).toBe("abc-1.2_3");
  for (const harmful of ["", "a b", "x".repeat(65), "a\nb"]) {
    expect(startTrace("x", { "x-request-id": harmful }).requestId).toMatch(/^[0-9a-f-]{36}$/);
  }
});
