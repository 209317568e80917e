import { expect, test } from "vitest";
import { self } from "./fakes/fake-chat.ts";
import { createFakeClock } from "./fakes/fake-clock.ts";
import { createRest } from "./rest.ts";
import type { Fetch } from "./surroundings.ts";

const session = { token: "t", user: self, expiresAt: 1 };
const page = { room: "den", epoch: "e1", head: 0, first: 1, more: false, messages: [] };

const restThatGets = (answer: Awaited<ReturnType<Fetch>>) =>
  createRest("http://chat.test", { fetch: async () => answer, clock: createFakeClock() });
const gets = (body: unknown) => restThatGets({ status: 200, json: async () => body });

test("an answer of the server is handed on", async () => {
  expect(await gets(session).createSession("Ann")).toEqual(session);
  expect(await gets(page).readMessages("den", { after: 0, limit: 1 }, "t")).toEqual(page);
});

// A captive portal says 200 to every request, until somebody has logged in to the network.
test.each([
  ["null", null],
  ["a word", "welcome"],
  ["an object of somebody else's", { status: "ok" }],
  ["a session without its token", { ...session, token: undefined }],
  ["a session without its end", { ...session, expiresAt: undefined }],
  ["a session without its user", { ...session, user: null }],
  ["a page without its epoch", { ...page, epoch: undefined }],
  ["a page without its messages", { ...page, messages: undefined }],
])("a 200 with %s is no answer, and can be asked for again", async (_what, body) => {
  const unavailable = { code: "unavailable", retry: true };
  await expect(gets(body).createSession("Ann")).rejects.toMatchObject(unavailable);
  await expect(gets(body).readMessages("den", { after: 0, limit: 1 }, "t")).rejects.toMatchObject(unavailable);
});

test("a 200 that is not JSON is no answer, and can be asked for again", async () => {
  const rest = restThatGets({ status: 200, json: async () => JSON.parse("<html>Log in to the Wi-Fi</html>") });
  await expect(rest.createSession("Ann")).rejects.toMatchObject({ code: "unavailable", retry: true });
});
