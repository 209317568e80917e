import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type Ask, bodyOf, type HttpApp, origin, startHttpApp } from "../../test/http-app.ts";
import { type ErrorName, errorCodes } from "../protocol/errors.ts";
import { limits } from "../protocol/limits.ts";
import { errorAnswer, errorsOf, type RestName, type RestRoute, rest } from "../protocol/rest.ts";

/** A request that succeeds, made of what it needs to find. */
interface Example {
  readonly path: string;
  readonly body?: object;
  readonly token?: string;
}

const stranger = "AAAAAAAAAAAAAAAA";

/** One good request a route; a route without one does not compile. */
const examples: Record<RestName, (app: HttpApp) => Promise<Example> | Example> = {
  createSession: () => ({ path: "/api/session", body: { name: "Grace" } }),
  readMessages: async (app) => {
    await publish(app);
    return { path: "/api/rooms/lobby/messages" };
  },
  readPresence: () => ({ path: "/api/rooms/lobby/presence" }),
  deleteMessage: async (app) => {
    const { user, token } = await app.createUser();
    await app.store.publish("lobby", { id: randomUUID(), user, text: "oops" });
    return { path: "/api/rooms/lobby/messages/1", token };
  },
  kick: () => ({ path: "/api/moderation/kick", body: { user: stranger } }),
  ban: () => ({ path: "/api/moderation/bans", body: { user: stranger, seconds: 60 } }),
  listBans: () => ({ path: "/api/moderation/bans" }),
  liftBan: async (app) => {
    const { user: by } = await app.createUser("moderator");
    await app.bans.ban({ user: stranger, durationMs: 60_000, address: false, by });
    return { path: `/api/moderation/bans/${stranger}` };
  },
  info: () => ({ path: "/api/info" }),
  serverId: () => ({ path: "/api/server-id" }),
  fibonacci: () => ({ path: "/api/fibonacci/10" }),
  cpu: () => ({ path: "/api/cpu" }),
  ram: () => ({ path: "/api/ram" }),
};

const publish = async ({ store, createUser }: HttpApp) =>
  store.publish("lobby", { id: randomUUID(), user: (await createUser()).user, text: "hello" });

const routes = (Object.entries(rest) as [RestName, RestRoute][]).map(([name, route]) => ({ name, route }));
const withToken = routes.filter(({ route }) => route.access !== "anybody");
const withBody = routes.filter(({ route }) => route.body !== undefined);
const withoutBody = routes.filter(({ route }) => route.body === undefined);
const withRoom = routes.filter(({ route }) => "room" in route.params.shape);
const loadDemos = routes.filter(({ route }) => route.loadDemo === true);
const moderated = routes.filter(({ route }) => route.access === "moderator");
/** Those that cannot do their work when the store is away. */
const stored = routes.filter(({ route }) => route.errors.includes("unavailable") && route.loadDemo !== true);

const start = () => startHttpApp({ settings: { loadDemos: true } });

async function prepare(app: HttpApp, name: RestName) {
  const { path, body, token } = await examples[name](app);
  const { access, method } = rest[name];
  const role = access === "moderator" ? "moderator" : "member";
  return { method, path, ask: { body, token: token ?? (await app.createUser(role)).token } satisfies Ask };
}

async function expectError(app: HttpApp, code: ErrorName, method: string, path: string, ask: Ask): Promise<void> {
  const { status, body, headers } = await app.ask(method, path, ask);
  const { error } = errorAnswer.parse(body);
  expect({ code: error.code, status }).toEqual({ code, status: errorCodes[code].status });
  expect(error.retry).toBe(errorCodes[code].duty === "retry");
  expect(headers.get("x-request-id")).toMatch(/./);
}

/** As above, and the documentation says so. */
async function expectRouteError(app: HttpApp, name: RestName, code: ErrorName, method: string, path: string, ask: Ask) {
  expect(errorsOf(rest[name])).toContain(code);
  await expectError(app, code, method, path, ask);
}

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

describe.each(withBody)("$name", ({ name }) => {
  test.each([
    ["cut", '{"name":'],
    ["empty", ""],
    ["a list", "[]"],
    ["null", "null"],
    ["a string", '"name"'],
  ])("refuses JSON that is %s", async (_what, body) => {
    const app = await start();
    const { method, path, ask } = await prepare(app, name);
    const headers = { "content-type": "application/json" };
    await expectRouteError(app, name, "bad_json", method, path, { ...ask, body, headers });
  });

  test("refuses bytes that are not UTF-8", async () => {
    const app = await start();
    const { method, path, ask } = await prepare(app, name);
    const response = await fetch(`${app.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${ask.token}`, "content-type": "application/json" },
      body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
    });
    expect(errorAnswer.parse(await response.json()).error.code).toBe("bad_json");
  });

  test.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/json; charset=utf-16",
    "application/jsonp",
  ])("refuses a body of type %s", async (type) => {
    const app = await start();
    const { method, path, ask } = await prepare(app, name);
    await expectRouteError(app, name, "unsupported_media_type", method, path, {
      ...ask,
      headers: { "content-type": type },
    });
  });

  test("refuses a body that is packed, which could be a thousand times its size", async () => {
    const app = await start();
    const { method, path, ask } = await prepare(app, name);
    const headers = { "content-encoding": "gzip" };
    await expectRouteError(app, name, "unsupported_media_type", method, path, { ...ask, headers });
  });

  test("refuses a body above the limit", async () => {
    const app = await start();
    const { method, path, ask } = await prepare(app, name);
    const body = JSON.stringify({ ...ask.body, reason: "x".repeat(limits.frameBytes) });
    await expectRouteError(app, name, "too_big", method, path, { ...ask, body });
  });

  // Whoever announces a gigabyte, or never says how much it is, is not waited for.
  test.each([
    ["announced", (head: string) => `${head}\r\ncontent-length: 1000000000`, "{"],
    ["in chunks", (head: string) => `${head}\r\ntransfer-encoding: chunked`, `5000\r\n${"x".repeat(0x5000)}\r\n`],
  ])("refuses a body above the limit before its end when it is %s", async (_what, head, beginning) => {
    const app = await start();
    const { method, path, ask } = await prepare(app, name);
    const fields = [
      `${method} ${path} HTTP/1.1`,
      `authorization: Bearer ${ask.token}`,
      "content-type: application/json",
    ];
    const answer = await bodyOf(app, head(fields.join("\r\n")), beginning);
    expect(errorAnswer.parse(answer).error.code).toBe("too_big");
  });

  test("refuses a field that it does not know, and one that is missing", async () => {
    const app = await start();
    const { method, path, ask } = await prepare(app, name);
    await expectRouteError(app, name, "bad_request", method, path, { ...ask, body: { ...ask.body, surprise: 1 } });
    await expectRouteError(app, name, "bad_request", method, path, { ...ask, body: {} });
  });
});

test.each(withoutBody)("$name refuses a body", async ({ name }) => {
  const app = await start();
  const { method, path, ask } = await prepare(app, name);
  // By hand, because fetch sends no body with GET.
  const head = `${method} ${path} HTTP/1.1\r\nauthorization: Bearer ${ask.token}`;
  const answers = [
    await bodyOf(app, `${head}\r\ncontent-length: 2`, "{}"),
    await bodyOf(app, `${head}\r\ntransfer-encoding: chunked`, "2\r\n{}\r\n0\r\n\r\n"),
  ];
  expect(answers.map((answer) => errorAnswer.parse(answer).error.code)).toEqual(["bad_request", "bad_request"]);
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
