import { describe, expect, test } from "vitest";
import { origin, startHttpApp } from "../../test/http-app.ts";
import { expectError, expectRouteError, prepare, routes, start } from "../../test/rest-examples.ts";
import { limits } from "../protocol/limits.ts";

const withToken = routes.filter(({ route }) => route.access !== "anybody");
const withRoom = routes.filter(({ route }) => "room" in route.params.shape);
const loadDemos = routes.filter(({ route }) => route.loadDemo === true);
const moderated = routes.filter(({ route }) => route.access === "moderator");
/** Those that cannot do their work when the store is away. */
const stored = routes.filter(({ route }) => route.errors.includes("unavailable") && route.loadDemo !== true);

describe.each(routes)("$name", ({ name, route }) => {
  test("answers a good request as the protocol says", async () => {
    const app = await start();
    const { method, path, ask } = await prepare(app, name);
    const { status, body, headers } = await app.ask(method, path, ask);
    expect(status).toBe(200);
    expect(route.answer.parse(body)).toEqual(body);
    expect(headers.get("cache-control")).toBe("no-store");
  });

  // Requests arrive while the proxy learns that this node leaves; each one refused would be an error that somebody sees.
  test("still answers while draining, and sends the connection away", async () => {
    const app = await start();
    const { method, path, ask } = await prepare(app, name);
    app.drain();
    const { status, headers } = await app.ask(method, path, ask);
    expect({ status, connection: headers.get("connection") }).toEqual({ status: 200, connection: "close" });
  });

  test("refuses a field in the query that it does not know", async () => {
    const app = await start();
    const { method, path, ask } = await prepare(app, name);
    await expectRouteError(app, name, "bad_request", method, `${path}?surprise=1`, ask);
  });

  test("refuses a page that is not allowed", async () => {
    const app = await start();
    const { method, path, ask } = await prepare(app, name);
    const from = (page: string) => ({ ...ask, headers: { origin: page } });
    await expectRouteError(app, name, "bad_origin", method, path, from("https://chat.example.org.evil.example"));
    await expectRouteError(app, name, "bad_origin", method, path, from("null"));
    expect((await app.ask(method, path, from(origin))).status).toBe(200);
  });

  test("has a bound for each address, and says when to come back", async () => {
    const app = await startHttpApp({
      settings: { loadDemos: true },
      rates: { requests: { burst: 0, perSecond: 0.1 } },
    });
    const { method, path, ask } = await prepare(app, name);
    await expectRouteError(app, name, "rate_limited", method, path, ask);
    const { headers, body } = await app.ask(method, path, ask);
    expect(headers.get("retry-after")).toBe("10");
    expect(body.error.retryAfterMs).toBe(10_000);
  });

  test("refuses every method that its path does not have, and names those it has", async () => {
    const app = await start();
    const { path, ask } = await prepare(app, name);
    const has = routes.filter((other) => other.route.path === route.path).map((other) => other.route.method as string);
    const others = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"].filter((one) => !has.includes(one));
    expect(others.length).toBeGreaterThan(3);
    for (const method of others) {
      const { token } = ask;
      await expectRouteError(app, name, "method_not_allowed", method, path, { token });
      const { headers } = await app.ask(method, path, { token });
      for (const one of has) expect(headers.get("allow")?.split(", ")).toContain(one);
    }
  });
});

describe.each(withToken)("$name", ({ name }) => {
  test.each([
    ["no token", undefined],
    ["something else", "hello"],
    ["three parts of nothing", "a.b.c"],
  ])("refuses %s", async (_what, token) => {
    const app = await start();
    const { method, path, ask } = await prepare(app, name);
    await expectRouteError(app, name, "unauthorized", method, path, { ...ask, token });
    const { headers } = await app.ask(method, path, { ...ask, token });
    expect(headers.get("www-authenticate")).toBe("Bearer");
  });

  test("refuses who is banned", async () => {
    const app = await start();
    const { method, path, ask } = await prepare(app, name);
    const user = app.tokens.verify(ask.token, Date.now())?.user ?? expect.fail("a good token");
    await app.bans.ban({ user: user.id, durationMs: 60_000, address: false, by: user });
    await expectRouteError(app, name, "banned", method, path, ask);
  });
});

test.each(moderated)("$name refuses who is no moderator", async ({ name }) => {
  const app = await start();
  const { method, path, ask } = await prepare(app, name);
  const { token } = await app.createUser("member");
  await expectRouteError(app, name, "forbidden", method, path, { ...ask, token });
});

test.each(withRoom)("$name refuses a name that no room can have", async ({ name }) => {
  const app = await start();
  const { method, path, ask } = await prepare(app, name);
  for (const room of ["UPPER", "%20", "-dash", "a".repeat(limits.roomNameLength + 1), "%F0%9F%98%80", "__proto__"]) {
    await expectRouteError(app, name, "bad_room", method, path.replace("lobby", room), ask);
  }
});

test.each(stored)("$name says so when the store is away, and that nothing was done", async ({ name }) => {
  const app = await start();
  const { method, path, ask } = await prepare(app, name);
  await app.store.close();
  await expectRouteError(app, name, "unavailable", method, path, ask);
  const { headers, body } = await app.ask(method, path, ask);
  expect(headers.get("retry-after")).toBe("1");
  expect(body.error.retryAfterMs).toBe(1_000);
});

test.each(loadDemos)("$name is not there unless it is switched on", async ({ name }) => {
  const app = await startHttpApp();
  const { method, path, ask } = await prepare(app, name);
  await expectRouteError(app, name, "not_found", method, path, ask);
});

test.each([
  "/api",
  "/api/",
  "/api/nothing",
  "/api/info/",
  "/API/info",
  "/api/rooms/lobby",
  "/api/../etc/passwd",
  "/api//info",
  "/health",
  "/",
])("%s is unknown, and no page in its place", async (path) => {
  const app = await start();
  for (const method of ["GET", "POST"]) await expectError(app, "not_found", method, path, {});
});

test("a path that cannot be decoded is refused with a code", async () => {
  const app = await start();
  await expectError(app, "bad_request", "GET", "/api/fibonacci/%E0%A4%A", {});
});
