import { expect, test } from "vitest";
import { joinedMember, memberAwayUntil, write } from "./fakes/fake-member.ts";

// Reused numbers would hide new messages, or mix two histories.
test("when the store went back in time the room starts over from what is left", async () => {
  const member = await joinedMember();
  write(member, "1", "2", "3");
  await member.clock.advance(10);
  member.chat.goBack(1);
  write(member, "new");
  await member.clock.advance(100);
  expect(member.texts).toEqual(["1", "2", "new"]);
  expect(member.all("reset").at(-1)).toMatchObject({ epoch: "e2", head: 2, previous: { epoch: "e1", after: 3 } });
});

test("the same while away is noticed at the return", async () => {
  const member = await memberAwayUntil(5);
  member.chat.goBack(5);
  write(member, "new");
  await member.clock.advance(1_000);
  expect(member.texts).toEqual(["new"]);
  expect(member.all("reset")).toHaveLength(2);
});

test("history that no longer has what was missed starts the room over", async () => {
  const member = await memberAwayUntil(9);
  member.chat.forgetOldest(5);
  await member.clock.advance(1_000);
  expect(member.texts).toEqual(["7", "8", "9"]);
  expect(member.all("reset").at(-1)).toMatchObject({ epoch: "e1", previous: { after: 1 } });
});

// A server may say "start from the latest page" although that page leads on from what is here. Starting over would tear
// the text from under the reader for nothing.
test("a latest page that leads on from what is shown is appended", async () => {
  const member = await memberAwayUntil(3);
  member.chat.denyResume();
  await member.clock.advance(1_000);
  expect(member.texts).toEqual(["1", "2", "3"]);
  expect(member.all("reset")).toHaveLength(1);
});

// Its first message may have the next number and still not follow what is shown.
test("a latest page behind another message than the one that is shown starts the room over", async () => {
  const member = await memberAwayUntil(1);
  member.chat.lose(1);
  write(member, "other", "2", "3", "4");
  await member.clock.advance(1_000);
  expect(member.texts).toEqual(["2", "3", "4"]);
  expect(member.all("reset").at(-1)).toMatchObject({ epoch: "e1", previous: { after: 1 } });
  write(member, "5");
  await member.clock.advance(100);
  expect(member.texts).toEqual(["2", "3", "4", "5"]);
});

test("a latest page that leaves a hole starts the room over", async () => {
  const member = await memberAwayUntil(6);
  member.chat.denyResume();
  await member.clock.advance(1_000);
  expect(member.texts).toEqual(["4", "5", "6"]);
  expect(member.all("reset").at(-1)).toMatchObject({ previous: { after: 1 } });
});
