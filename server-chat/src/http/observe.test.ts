import { expect, test } from "vitest";
import { startHttpApp } from "../../test/http-app.ts";
import { StoreError } from "../store/store.ts";

const traceId = "0af7651916cd43dd8448eb211c80319c";
const traceparent = `00-${traceId}-b7ad6b7169203331-01`;

test("a request carries its id and the caller's trace into the answer and into every log line", async () => {
  const app = await startHttpApp();
  await app.store.close();
  const { token } = await app.createUser();
  const { headers } = await app.ask("GET", "/api/rooms/lobby/messages", { token, headers: { traceparent } });
  const requestId = headers.get("x-request-id");
  const lines = app.logs.filter((line) => line.requestId === requestId);
  expect(lines.map(({ level }) => level)).toEqual(["warn", "debug"]);
  for (const line of lines) expect(line.traceId).toBe(traceId);
});

// A path that clients make up would be a time series of its own each, for ever.
test("metrics know routes, never paths, rooms or users", async () => {
  const app = await startHttpApp();
  const { token, user } = await app.createUser();
  await app.ask("GET", "/api/rooms/secret-room/messages", { token });
  await app.ask("GET", "/made/up/path");
  await app.ask("POST", "/api/info");
  const text = await app.metrics.registry.getSingleMetricAsString("chat_http_seconds");
  const routes = new Set(
    [...text.matchAll(/_count\{route="([^"]*)",status="([^"]*)"\}/g)].map(([, ...labels]) => labels.join(" ")),
  );
  expect(routes).toEqual(new Set(["GET /api/rooms/:room/messages 4xx", "unknown 4xx"]));
  expect(text).not.toMatch(new RegExp(`secret-room|made|${user.id}`));
});

test("our own bug is answered with a code and nothing of its cause, which the log has", async () => {
  const app = await startHttpApp({
    parts: ({ store }) => ({
      store: {
        ...store,
        read() {
          throw new TypeError("reading 'x' of undefined");
        },
      },
    }),
  });
  const { token } = await app.createUser();
  const { status, body } = await app.ask("GET", "/api/rooms/lobby/messages", { token });
  expect(status).toBe(500);
  expect(body.error).toEqual({ code: "internal", message: expect.any(String), retry: true, retryAfterMs: 1_000 });
  expect(JSON.stringify(body)).not.toContain("undefined");
  expect(app.logs).toContainEqual(
    expect.objectContaining({ level: "error", err: expect.objectContaining({ type: "TypeError" }) }),
  );
});

test("a reader whose answer was lost asks again; a writer is told that it may have happened", async () => {
  const lose = () => Promise.reject(new StoreError("unknown", "no reply"));
  const app = await startHttpApp({ parts: ({ store }) => ({ store: { ...store, announce: lose, read: lose } }) });
  const { token } = await app.createUser("moderator");
  const read = await app.ask("GET", "/api/rooms/lobby/messages", { token });
  const kick = await app.ask("POST", "/api/moderation/kick", { token, body: { user: "AAAAAAAAAAAAAAAA" } });
  expect([read, kick].map(({ body }) => body.error.code)).toEqual(["unavailable", "unknown_outcome"]);
});
