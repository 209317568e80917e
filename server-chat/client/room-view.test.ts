import { expect, test } from "vitest";
import { room } from "./fakes/fake-history.ts";
import { createFakeMember, joinedMember, memberAwayUntil, numbers, write } from "./fakes/fake-member.ts";

test("a newcomer sees the end of the room, then what is written", async () => {
  const member = createFakeMember();
  write(member, "1", "2", "3", "4");
  member.client.join(room);
  member.client.connect();
  await member.clock.advance(100);
  write(member, "5");
  await member.clock.advance(10);
  expect(member.all("reset")).toEqual([{ room, epoch: "e1", head: 4, previous: undefined }]);
  expect(member.all("message").map(({ epoch, message, way }) => [epoch, message.seq, message.text, way])).toEqual([
    ["e1", 2, "2", "start"],
    ["e1", 3, "3", "start"],
    ["e1", 4, "4", "start"],
    ["e1", 5, "5", "live"],
  ]);
});

test("what was missed while away follows what was seen, without starting over", async () => {
  const member = await memberAwayUntil(3);
  await member.clock.advance(1_000);
  expect(member.texts).toEqual(["1", "2", "3"]);
  expect(member.all("reset")).toHaveLength(1);
  expect(member.all("message").map(({ way }) => way)).toEqual(["live", "resume", "resume"]);
});

// The answer to a resume is bounded: after a night off line the rest comes page by page.
test("more than one page is fetched before anything live is shown", async () => {
  const member = await memberAwayUntil(12);
  member.client.wake();
  // Hello and join together, and the first page by REST, take 5 ms each way.
  await member.clock.advance(17);
  write(member, "13");
  await member.clock.advance(8);
  expect(member.client.room(room)?.phase).toBe("filling");
  expect(member.texts).not.toContain("13");
  await member.clock.advance(1_000);
  expect(member.texts).toEqual(numbers(1, 13));
  expect(member.client.room(room)?.phase).toBe("live");
  expect(member.all("gap")).toEqual([]);
});

// In a busy room something new is written while each page is under way; fetching it too would never end.
test("what is written meanwhile is not fetched again", async () => {
  const member = await memberAwayUntil(12);
  member.chat.asked.splice(0);
  member.client.wake();
  for (let text = 13; text <= 60; text += 1) {
    await member.clock.advance(2);
    write(member, `${text}`);
  }
  await member.clock.advance(100);
  expect(member.texts).toEqual(numbers(1, 60));
  expect(member.chat.asked.filter((one) => one.startsWith("GET")).length).toBeLessThan(12);
});

test("more than can be held back is fetched as well", async () => {
  const member = await memberAwayUntil(12);
  member.chat.slowRest(1_000);
  member.client.wake();
  await member.clock.advance(50);
  write(member, ...numbers(13, 1_100));
  await member.clock.advance(100);
  member.chat.slowRest(0);
  await member.clock.advance(20_000);
  expect(member.texts).toEqual(numbers(1, 1_100));
});

test("a connection that is lost between two pages resumes where the pages ended", async () => {
  const member = await memberAwayUntil(12);
  member.chat.slowRest(100);
  member.client.wake();
  await member.clock.advance(50);
  member.chat.close(1006);
  await member.clock.advance(100);
  // The page that came after the end of the connection belongs to nothing.
  expect(member.client.room(room)?.phase).toBe("away");
  expect(member.texts).toEqual(numbers(1, 4));
  await member.clock.advance(5_000);
  expect(member.texts).toEqual(numbers(1, 12));
});

test("a page of another epoch is not mixed with what is shown", async () => {
  const member = await memberAwayUntil(12);
  member.client.wake();
  await member.clock.advance(22);
  member.chat.goBack(9, { unnoticed: true });
  for (const text of numbers(104, 112)) {
    member.chat.failNextLive("lost");
    write(member, text);
  }
  await member.clock.advance(5_000);
  expect(member.texts).toEqual(["110", "111", "112"]);
  expect(member.all("reset").at(-1)).toMatchObject({ epoch: "e2" });
});

test.each(["silence", "unavailable", "rate_limited"] as const)(
  "a join that fails (%s) is tried again",
  async (failure) => {
    const member = createFakeMember();
    member.chat.failJoins(failure, failure);
    write(member, "1");
    member.client.join(room);
    member.client.connect();
    await member.clock.advance(30_000);
    expect(member.texts).toEqual(["1"]);
    expect(member.chat.asked.filter((one) => one === "join")).toHaveLength(3);
    // Only silence says something about the connection.
    expect(member.all("welcome")).toHaveLength(failure === "silence" ? 3 : 1);
  },
);

test("a room that the server refuses is left, and that is told", async () => {
  const member = createFakeMember();
  member.chat.failJoins("too_many_rooms");
  member.client.join(room);
  member.client.connect();
  await member.clock.advance(30_000);
  expect(member.client.room(room)).toBeUndefined();
  expect(member.all("refused")).toMatchObject([{ room, error: { code: "too_many_rooms" } }]);
  expect(member.chat.asked.filter((one) => one === "join")).toHaveLength(1);
});

test.each(["unavailable", "portal"] as const)("a page that does not come (%s) is asked for again", async (failure) => {
  const member = await memberAwayUntil(9);
  member.chat.failRest(failure);
  await member.clock.advance(3_000);
  expect(member.texts).toEqual(expect.arrayContaining(["1", "2", "3", "4"]));
  member.chat.failRest(undefined);
  await member.clock.advance(10_000);
  expect(member.texts).toEqual(numbers(1, 9));
});

// Nodes promise that this does not happen; a client that believed them would hide a hole for ever.
test("a live message with a hole before it is not shown until the hole is filled", async () => {
  const member = await joinedMember();
  write(member, "1");
  await member.clock.advance(10);
  member.chat.failNextLive("lost");
  write(member, "2", "3");
  await member.clock.advance(6);
  expect(member.texts).toEqual(["1"]);
  expect(member.all("gap")).toEqual([{ room, epoch: "e1", expected: 2, found: 3 }]);
  await member.clock.advance(100);
  expect(member.texts).toEqual(["1", "2", "3"]);
  expect(member.all("reset")).toHaveLength(1);
});

test("a message that comes twice is shown once", async () => {
  const member = await joinedMember();
  member.chat.failNextLive("doubled");
  write(member, "1", "2");
  await member.clock.advance(10);
  expect(member.texts).toEqual(["1", "2"]);
});

test("a text taken out while away or while here is gone", async () => {
  const member = await joinedMember();
  write(member, "1", "2");
  await member.clock.advance(10);
  member.chat.remove(2);
  await member.clock.advance(10);
  expect(member.texts).toEqual(["1", ""]);
  member.chat.close(1006);
  await member.clock.advance(10);
  member.chat.remove(1);
  await member.clock.advance(1_000);
  expect(member.texts).toEqual(["", ""]);
  expect(member.all("deleted")).toEqual([
    { room, seq: 2 },
    { room, seq: 1 },
  ]);
});

test("older messages are read page by page, to the first", async () => {
  const member = createFakeMember();
  write(member, ...numbers(1, 8));
  member.client.join(room);
  member.client.connect();
  await member.clock.advance(100);
  const read = async () => {
    const page = member.client.readOlder(room, 3);
    await member.clock.advance(20);
    const { messages, more } = await page;
    return { texts: messages.map(({ text }) => text), more };
  };
  expect(member.texts).toEqual(["6", "7", "8"]);
  expect(await read()).toEqual({ texts: ["3", "4", "5"], more: true });
  expect(await read()).toEqual({ texts: ["1", "2"], more: false });
  expect(await read()).toEqual({ texts: [], more: false });
  expect(member.texts).toEqual(numbers(1, 8));
});

test("an impatient reader who asks twice gets a page once", async () => {
  const member = createFakeMember();
  write(member, ...numbers(1, 8));
  member.client.join(room);
  member.client.connect();
  await member.clock.advance(100);
  const pages = Promise.all([member.client.readOlder(room, 3), member.client.readOlder(room, 3)]);
  await member.clock.advance(20);
  expect((await pages).map(({ messages, more }) => [messages.length, more])).toEqual([
    [3, true],
    [0, true],
  ]);
  expect(member.texts).toEqual(numbers(3, 8));
});

test("a room that was left is silent, and can be joined again", async () => {
  const member = await joinedMember();
  member.client.leave(room);
  await member.clock.advance(10);
  write(member, "1");
  await member.clock.advance(10);
  expect(member.client.room(room)).toBeUndefined();
  expect(member.all("message")).toEqual([]);
  member.client.join(room);
  await member.clock.advance(20);
  expect(member.texts).toEqual(["1"]);
});

test("others are told that somebody writes, but not at every key", async () => {
  const member = await joinedMember();
  for (let key = 0; key < 40; key += 1) {
    member.client.typing(room);
    await member.clock.advance(100);
  }
  expect(member.chat.asked.filter((one) => one === "typing")).toHaveLength(2);
});
