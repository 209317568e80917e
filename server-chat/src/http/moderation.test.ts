import { randomUUID } from "node:crypto";
import { expect, test, vi } from "vitest";
import { type HttpApp, startHttpApp } from "../../test/http-app.ts";
import { createEphemeralKeys } from "../identity/keys.ts";
import { createMemoryWorld } from "../store/memory-store.ts";
import { StoreError } from "../store/store.ts";

const text = "something that nobody shall read in a log";

/** Two replicas of one chat: the same store, the same keys. */
async function startTwo() {
  const [world, keys] = [createMemoryWorld(), createEphemeralKeys()];
  return [await startHttpApp({ world, keys }), await startHttpApp({ world, keys })] as const;
}

const audit = ({ logs }: HttpApp) => logs.filter(({ kind }) => kind === "audit");
const statusOf = async (app: HttpApp, token: string) =>
  (await app.ask("GET", "/api/rooms/lobby/presence", { token })).status;

test("a ban given on one node holds on the other one, and so does its end", async () => {
  const [one, other] = await startTwo();
  const { user, token } = await one.createUser();
  const { token: moderator } = await one.createUser("moderator", "Guard");
  expect(await statusOf(other, token)).toBe(200);

  await one.ask("POST", "/api/moderation/bans", { token: moderator, body: { user: user.id, seconds: 60 } });
  await vi.waitUntil(async () => (await statusOf(other, token)) === 403);
  expect((await other.ask("POST", "/api/session", { token, body: { name: "Ada" } })).body.error.code).toBe("banned");

  await other.ask("DELETE", `/api/moderation/bans/${user.id}`, { token: moderator });
  await vi.waitUntil(async () => (await statusOf(one, token)) === 200);
});

test("the list has who, by whom, why and until when", async () => {
  const app = await startHttpApp();
  const { user: guard, token } = await app.createUser("moderator", "Guard");
  const order = { user: "AAAAAAAAAAAAAAAA", address: true, seconds: 60, reason: "advertising" };
  const { body: ban } = await app.ask("POST", "/api/moderation/bans", { token, body: order });
  expect(ban).toEqual({ ...order, by: guard });
  const { body } = await app.ask("GET", "/api/moderation/bans", { token });
  expect(body.bans).toEqual([{ ...ban, seconds: expect.any(Number) }]);
});

// In a classroom everybody has one address; a moderator who bans it must be able to lift that.
test("an address that is banned keeps out new users and members, but no moderator", async () => {
  const app = await startHttpApp({ watcher: { addressesOf: () => ["127.0.0.1"], changed() {} } });
  const { token: moderator } = await app.createUser("moderator", "Guard");
  const { token: neighbour } = await app.createUser("member", "Neighbour");
  const body = { user: "AAAAAAAAAAAAAAAA", seconds: 60, address: true };
  await app.ask("POST", "/api/moderation/bans", { token: moderator, body });
  expect(await statusOf(app, neighbour)).toBe(403);
  expect((await app.ask("POST", "/api/session", { body: { name: "New" } })).body.error.code).toBe("banned");
  expect(await statusOf(app, moderator)).toBe(200);
});

test("a kick reaches every node", async () => {
  const [one, other] = await startTwo();
  const { token } = await one.createUser("moderator");
  await one.ask("POST", "/api/moderation/kick", { token, body: { user: "AAAAAAAAAAAAAAAA" } });
  await vi.waitUntil(() => other.heard.length > 0);
  for (const app of [one, other]) expect(app.heard).toContainEqual({ type: "kick", user: "AAAAAAAAAAAAAAAA" });
});

async function startWithMessage() {
  const app = await startHttpApp();
  const author = await app.createUser();
  await app.store.publish("lobby", { id: randomUUID(), user: author.user, text });
  const path = "/api/rooms/lobby/messages/1";
  const remove = async (token: string, from = path) => (await app.ask("DELETE", from, { token })).status;
  const read = async () =>
    (await app.ask("GET", "/api/rooms/lobby/messages", { token: author.token })).body.messages[0];
  return { app, author, remove, read };
}

test("the author takes a message out, twice without an error, and readers see that it was there", async () => {
  const { author, remove, read } = await startWithMessage();
  expect([await remove(author.token), await remove(author.token)]).toEqual([200, 200]);
  expect(await read()).toMatchObject({ seq: 1, text: "", deleted: true });
});

test("somebody else does not, a moderator does, and a message that is not there cannot be", async () => {
  const { app, remove, read } = await startWithMessage();
  const other = await app.createUser("member", "Eve");
  const moderator = await app.createUser("moderator", "Guard");
  expect(await remove(other.token)).toBe(403);
  expect(await read()).toMatchObject({ text });
  expect(await remove(moderator.token)).toBe(200);
  expect(await read()).toMatchObject({ deleted: true });
  for (const missing of ["/api/rooms/lobby/messages/2", "/api/rooms/other/messages/1"])
    expect(await remove(moderator.token, missing)).toBe(404);
});

test("every act of a moderator is on record: who, what, to whom, why; never what was written, nor a token", async () => {
  const { app, author, remove } = await startWithMessage();
  const { user: by, token } = await app.createUser("moderator", "Guard");
  await remove(token);
  const user = author.user.id;
  const { headers } = await app.ask("POST", "/api/moderation/kick", { token, body: { user } });
  await app.ask("POST", "/api/moderation/bans", { token, body: { user, seconds: 60, reason: "rude" } });
  await app.ask("DELETE", `/api/moderation/bans/${user}`, { token });

  const acts = audit(app);
  expect(acts).toEqual([
    expect.objectContaining({ act: "delete-message", room: "lobby", seq: 1 }),
    expect.objectContaining({ act: "kick", requestId: headers.get("x-request-id") }),
    expect.objectContaining({ act: "ban", seconds: 60, address: false, reason: "rude" }),
    expect.objectContaining({ act: "lift-ban" }),
  ]);
  for (const act of acts) expect(act).toMatchObject({ by, whom: user, result: "done", level: "info" });
  const log = JSON.stringify(app.logs);
  expect(log).not.toContain(text);
  for (const secret of [token, author.token]) expect(log).not.toContain(secret);
});

// The answer may be lost after the ban was stored: without a line nobody would know who did it.
test("an act whose outcome is unknown is on record as such", async () => {
  const app = await startHttpApp({
    parts: ({ bans }) => ({
      bans: { ...bans, ban: () => Promise.reject(new StoreError("unknown", "no reply")) },
    }),
  });
  const { token } = await app.createUser("moderator");
  await app.ask("POST", "/api/moderation/bans", { token, body: { user: "AAAAAAAAAAAAAAAA", seconds: 60 } });
  expect(audit(app)).toEqual([expect.objectContaining({ act: "ban", result: "unknown" })]);
});
