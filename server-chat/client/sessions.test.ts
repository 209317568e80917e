import { expect, test } from "vitest";
import { closeCodes } from "../src/protocol/close-codes.ts";
import { nameHeldMs } from "../src/protocol/limits.ts";
import { self } from "./fakes/fake-chat.ts";
import { room } from "./fakes/fake-history.ts";
import { createFakeMember, type FakeMember, joinedMember } from "./fakes/fake-member.ts";

const dayMs = 86_400_000;
const sessionsMade = ({ chat }: FakeMember) => chat.asked.filter((one) => one === "POST /api/session").length;

test("a name gets a token, which is told for keeping", async () => {
  const member = createFakeMember();
  const bornMs = member.clock.nowMs();
  member.client.connect();
  await member.clock.advance(100);
  expect(member.all("session")).toEqual([{ token: "token 1", user: self, expiresAt: bornMs + dayMs }]);
  expect(member.chat.tokens).toEqual(["token 1"]);
});

test("a kept token is used again: the same user comes back", async () => {
  const session = { token: "kept", user: self, expiresAt: 10 * dayMs };
  const member = await joinedMember({ credentials: { name: "Ann", session } });
  expect(sessionsMade(member)).toBe(0);
  expect(member.chat.tokens).toEqual(["kept"]);
});

// With an ended token there is no way back to the user who still holds the name.
test("a token is renewed before it ends, and the connection it ends is replaced", async () => {
  const member = await joinedMember();
  await member.clock.advance(dayMs - 60_000);
  expect(member.all("session").map(({ token }) => token)).toEqual(["token 1", "token 2"]);
  member.chat.close(closeCodes.tokenExpired.code);
  await member.clock.advance(1_000);
  expect(member.client.state.name).toBe("online");
  expect(member.chat.tokens.at(-1)).not.toBe("token 1");
});

test("a renewal that fails is tried again in time", async () => {
  const member = await joinedMember();
  member.chat.failRest("unavailable");
  await member.clock.advance(dayMs - 300_000);
  member.chat.failRest(undefined);
  await member.clock.advance(60_000);
  expect(member.all("session").map(({ token }) => token)).toEqual(["token 1", "token 2"]);
});

// Near its end a token is renewed; that it could not be renewed yet is no reason to stay away.
test("a token that is still valid is used while no other is to be had", async () => {
  const member = await joinedMember();
  member.chat.failRest("unavailable");
  await member.clock.advance(dayMs - 300_000);
  member.chat.close(1006);
  await member.clock.advance(1_000);
  expect(member.client.state.name).toBe("online");
  expect(member.chat.tokens).toEqual(["token 1", "token 1"]);
  member.chat.failRest(undefined);
  await member.clock.advance(60_000);
  expect(member.all("session").at(-1)?.token).toBe("token 2");
});

test("a token that was refused is not used again, however long it would be valid", async () => {
  const member = await joinedMember();
  member.chat.refuseTokens("token 1");
  member.chat.failRest("unavailable");
  member.chat.close(1006);
  await member.clock.advance(10_000);
  expect(member.chat.tokens).toEqual(["token 1", "token 1"]);
  member.chat.failRest(undefined);
  await member.clock.advance(10_000);
  expect(member.client.state.name).toBe("online");
  expect(member.chat.tokens.at(-1)).toBe("token 2");
});

// The keys of a server in memory change at every start.
test("a kept token that the server does not know is replaced once", async () => {
  const session = { token: "stranger", user: self, expiresAt: 10 * dayMs };
  const member = createFakeMember({ credentials: { name: "Ann", session } });
  member.chat.refuseTokens("stranger");
  member.client.join(room);
  member.client.connect();
  await member.clock.advance(2_000);
  expect(member.client.state.name).toBe("online");
  expect(member.chat.tokens).toEqual(["stranger", "token 1"]);
});

// New keys: the server keeps the name for the user of the old token, who is this client.
test("who is another user by a new token waits until the name of the old one is free", async () => {
  const member = await joinedMember();
  member.chat.refuseTokens("token 1");
  member.chat.failRest("name_taken");
  member.chat.close(closeCodes.serviceRestart.code);
  await member.clock.advance(nameHeldMs - 5_000);
  expect(member.client.state).toMatchObject({ name: "reconnecting" });
  // Each attempt asks twice, and counts as a new user.
  expect(sessionsMade(member)).toBeLessThan(2 * 15);
  member.chat.failRest(undefined);
  await member.clock.advance(10_000);
  expect(member.client.state.name).toBe("online");
});

test("a name that is still taken when the old one must have ended is for a person to change", async () => {
  const member = await joinedMember();
  member.chat.refuseTokens("token 1");
  member.chat.failRest("name_taken");
  member.chat.close(closeCodes.serviceRestart.code);
  await member.clock.advance(nameHeldMs + 10_000);
  expect(member.client.state).toMatchObject({ name: "stopped", why: { code: "name_taken" } });
  // By then it is somebody else's for certain.
  member.client.connect();
  await member.clock.advance(1_000);
  expect(member.client.state).toMatchObject({ name: "stopped", why: { code: "name_taken" } });
});

test("a fresh token that is refused ends it", async () => {
  const member = createFakeMember();
  member.chat.refuseTokens("token 1", "token 2", "token 3");
  member.client.connect();
  await member.clock.advance(60_000);
  expect(member.client.state).toMatchObject({ name: "stopped", why: { code: closeCodes.badToken.code } });
  expect(sessionsMade(member)).toBeLessThanOrEqual(3);
});

test("a token without a name ends with it", async () => {
  const member = await joinedMember({ credentials: { token: "given" } });
  expect(member.client.state.name).toBe("online");
  member.chat.close(closeCodes.tokenExpired.code);
  await member.clock.advance(60_000);
  expect(member.client.state).toMatchObject({ name: "stopped", why: { code: "unauthorized" } });
  expect(sessionsMade(member)).toBe(0);
});

// A phone whose clock is a year ahead takes every token for an ended one.
test("a wrong clock does not make a session for every connection", async () => {
  const member = createFakeMember();
  member.chat.lateBy(365 * dayMs);
  member.client.connect();
  for (let count = 0; count < 5; count += 1) {
    await member.clock.advance(1_000);
    expect(member.client.state.name).toBe("online");
    member.chat.close(1006);
  }
  expect(sessionsMade(member)).toBe(1);
});

test.each(["name_taken", "banned"] as const)("a name that is refused (%s) is for a person to change", async (code) => {
  const member = createFakeMember();
  member.chat.failRest(code);
  member.client.connect();
  await member.clock.advance(60_000);
  expect(member.client.state).toMatchObject({ name: "stopped", why: { code } });
  expect(sessionsMade(member)).toBe(1);
});

test("a server that cannot give a token now is asked again", async () => {
  const member = createFakeMember();
  member.chat.failRest("unavailable");
  member.client.connect();
  await member.clock.advance(10_000);
  expect(member.client.state.name).toBe("reconnecting");
  member.chat.failRest(undefined);
  await member.clock.advance(5_000);
  expect(member.client.state.name).toBe("online");
});
