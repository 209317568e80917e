import { expect, test } from "vitest";
import { type HttpApp, startHttpApp } from "../../test/http-app.ts";
import { nameHeldMs } from "../protocol/limits.ts";
import { createMemoryWorld } from "../store/memory-store.ts";
import { StoreError } from "../store/store.ts";

const createSession = (app: HttpApp, name: string, token?: string) =>
  app.ask("POST", "/api/session", { body: { name }, token });

test("a name gives a user and a token that every route takes", async () => {
  const app = await startHttpApp();
  const { body } = await createSession(app, "  Ada   Lovelace ");
  expect(body.user).toEqual({ id: expect.stringMatching(/^[\w-]{16}$/), name: "Ada Lovelace" });
  expect(app.tokens.verify(body.token, Date.now())).toEqual({
    user: body.user,
    role: "member",
    expiresAt: body.expiresAt,
  });
  expect((await app.ask("GET", "/api/rooms/lobby/presence", { token: body.token })).status).toBe(200);
});

// People trust a name, and do not see its case, its width or what has none.
test.each(["ada", "ＡＤＡ", "A d a", "Ada\ufe0f"])("while Ada is present nobody else is %s", async (name) => {
  const app = await startHttpApp();
  await createSession(app, "Ada");
  expect((await createSession(app, name)).body.error.code).toBe("name_taken");
});

test("a name is taken on every node, and free again when nobody has renewed it", async () => {
  let now = 1_000_000;
  const world = createMemoryWorld(() => now);
  const [one, other] = [await startHttpApp({ world }), await startHttpApp({ world })];
  await createSession(one, "Ada");
  now += nameHeldMs - 1;
  expect((await createSession(other, "Ada")).body.error.code).toBe("name_taken");
  now += 1;
  expect((await createSession(other, "Ada")).status).toBe(200);
});

test.each([
  ["", "empty"],
  ["   ", "blank"],
  ["x".repeat(33), "too long"],
  ["a\u202eb", "written backwards"],
  ["\u200b", "invisible"],
  ["\ud800", "half a character"],
])("a name that is %j (%s) is refused", async (name) => {
  const app = await startHttpApp();
  expect((await createSession(app, name)).body.error.code).toBe("bad_name");
});

test("whoever has a token keeps the user id, also under another name", async () => {
  const app = await startHttpApp();
  const first = (await createSession(app, "Ada")).body;
  const second = (await createSession(app, "Ada", first.token)).body;
  const third = (await createSession(app, "Countess", second.token)).body;
  expect(second.user).toEqual(first.user);
  expect(third.user).toEqual({ id: first.user.id, name: "Countess" });
});

test("a token that has ended is as good as none: a new user", async () => {
  let now = Date.now();
  const world = createMemoryWorld(() => now);
  const app = await startHttpApp({ world, now: () => now });
  const first = (await createSession(app, "Ada")).body;
  now += 25 * 3_600_000;
  const second = (await createSession(app, "Ada", first.token)).body;
  expect(second.user.name).toBe("Ada");
  expect(second.user.id).not.toBe(first.user.id);
});

// Whoever makes a moderator says for how long.
test("a moderator who takes another name stays one, and no longer than before", async () => {
  let now = Date.now();
  const app = await startHttpApp({ now: () => now });
  const { token, user } = await app.createUser("moderator");
  const before = app.tokens.verify(token, now);
  now += 3_600_000;
  const { body } = await createSession(app, "Guard", token);
  expect(app.tokens.verify(body.token, now)).toEqual({ ...before, user: { id: user.id, name: "Guard" } });
});

// Each name is kept from everybody else for a minute: one token could take all of them.
test("an address takes so many names and no more, whether as new users or as one; renewing does not count", async () => {
  const app = await startHttpApp({ rates: { newNames: { burst: 2, perSecond: 0.1 } } });
  const { body } = await createSession(app, "one");
  await createSession(app, "two", body.token);
  for (const token of [undefined, body.token]) {
    const { status, body: refused } = await createSession(app, "three", token);
    expect({ status, code: refused.error.code }).toEqual({ status: 429, code: "rate_limited" });
    expect(refused.error.retryAfterMs).toBeGreaterThan(9_000);
  }
  for (const name of ["one", "One"]) expect((await createSession(app, name, body.token)).status).toBe(200);
});

// The second attempt comes as another user, to whom the first one's claim would be somebody else's.
test("a name whose claim was stored but never answered is free for the next attempt", async () => {
  let lost = false;
  const app = await startHttpApp({
    parts: ({ names }) => ({
      names: {
        ...names,
        async claim(user) {
          const claimed = await names.claim(user);
          if (lost) return claimed;
          lost = true;
          throw new StoreError("unknown", "the reply was lost");
        },
      },
    }),
  });
  const first = await createSession(app, "Ada");
  expect({ status: first.status, code: first.body.error.code }).toEqual({ status: 503, code: "unknown_outcome" });
  expect((await createSession(app, "Ada")).status).toBe(200);
});
