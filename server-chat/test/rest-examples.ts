import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import { type ErrorName, errorCodes } from "../src/protocol/errors.ts";
import { errorAnswer, errorsOf, type RestName, type RestRoute, rest } from "../src/protocol/rest.ts";
import { type Ask, type HttpApp, startHttpApp } from "./http-app.ts";

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

export const routes = (Object.entries(rest) as [RestName, RestRoute][]).map(([name, route]) => ({ name, route }));

export const start = () => startHttpApp({ settings: { loadDemos: true } });

/** The good request, and who may send it. */
export async function prepare(app: HttpApp, name: RestName) {
  const { path, body, token } = await examples[name](app);
  const { access, method } = rest[name];
  const role = access === "moderator" ? "moderator" : "member";
  return { method, path, ask: { body, token: token ?? (await app.createUser(role)).token } satisfies Ask };
}

/** The answer has the code, its status and its duty. */
export async function expectError(
  app: HttpApp,
  code: ErrorName,
  method: string,
  path: string,
  ask: Ask,
): Promise<void> {
  const { status, body, headers } = await app.ask(method, path, ask);
  const { error } = errorAnswer.parse(body);
  expect({ code: error.code, status }).toEqual({ code, status: errorCodes[code].status });
  expect(error.retry).toBe(errorCodes[code].duty === "retry");
  expect(headers.get("x-request-id")).toMatch(/./);
}

/** As above, and the documentation says so. */
export async function expectRouteError(
  app: HttpApp,
  name: RestName,
  code: ErrorName,
  method: string,
  path: string,
  ask: Ask,
) {
  expect(errorsOf(rest[name])).toContain(code);
  await expectError(app, code, method, path, ask);
}
