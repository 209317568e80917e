import { expect, test } from "vitest";
import type { OutboxStorage } from "./chat-client.ts";
import { self } from "./fakes/fake-chat.ts";
import { room, uuidOf } from "./fakes/fake-history.ts";
import { createFakeMember, type FakeMember, joinedMember } from "./fakes/fake-member.ts";
import type { OutboxEntry } from "./outbox.ts";

const states = (member: FakeMember, text: string) =>
  member
    .all("outbox")
    .filter((entry) => entry.text === text)
    .map(({ state }) => state);
const stored = ({ chat }: FakeMember) => chat.history.map(({ text }) => text);
const sends = ({ chat }: FakeMember) => chat.asked.filter((one) => one === "send").length;
const send = ({ client }: FakeMember, ...texts: readonly string[]) => texts.map((text) => client.send(room, text));

test("a message is pending until the server has it, then sent with its number", async () => {
  const member = await joinedMember();
  const [entry] = send(member, "hello");
  expect(entry).toMatchObject({ room, text: "hello", state: "pending", writtenMs: member.clock.nowMs() });
  expect(member.client.room(room)?.outbox).toEqual([entry]);
  await member.clock.advance(20);
  expect(member.all("outbox").at(-1)).toEqual({ ...entry, state: "sent", seq: 1 });
  expect(member.client.room(room)?.outbox).toEqual([]);
  expect(member.all("ack")).toMatchObject([{ room, epoch: "e1", seq: 1, id: entry?.id, duplicate: false }]);
  expect(member.all("message")).toMatchObject([{ message: { seq: 1, text: "hello", user: self } }]);
});

// A person writes on while the train is in the tunnel.
test("what is written without a connection is sent in its order when there is one", async () => {
  const member = createFakeMember();
  member.client.join(room);
  send(member, "1", "2", "3");
  member.client.connect();
  await member.clock.advance(100);
  expect(stored(member)).toEqual(["1", "2", "3"]);
});

// The server refuses everything behind a message that failed, so that nothing overtakes it; the client goes back to it.
test.each(["unavailable", "unknown and not stored", "unknown but stored"] as const)(
  "after a message that failed for now (%s) it and all behind it are sent again",
  async (fault) => {
    const member = await joinedMember();
    member.chat.failNextSend(fault);
    send(member, "1", "2", "3");
    await member.clock.advance(2_000);
    expect(stored(member)).toEqual(["1", "2", "3"]);
    expect(sends(member)).toBe(6);
    for (const text of ["1", "2", "3"]) expect(states(member, text)).toEqual(["pending", "sent"]);
  },
);

// The server waits for the failed one to come again, whether it was stored or not: a client that takes the message
// itself for the answer would wait for its next ones for ever.
test.each(["live", "resume"])(
  "a message that failed and shows up all the same (%s) holds nothing back",
  async (way) => {
    const member = await joinedMember();
    member.chat.failNextSend("unknown but stored");
    if (way === "resume") member.chat.failNextLive("lost");
    send(member, "1");
    await member.clock.advance(10);
    member.chat.write("2");
    send(member, "3");
    await member.clock.advance(2_000);
    expect(member.all("message").map(({ message }) => message.text)).toEqual(["1", "2", "3"]);
    expect(member.all("message")[0]?.way).toBe(way);
    expect(states(member, "3")).toEqual(["pending", "sent"]);
  },
);

test("a limited sender waits for as long as the server says", async () => {
  const member = await joinedMember();
  member.chat.failNextSend("rate_limited");
  send(member, "1");
  await member.clock.advance(10 + 690);
  expect(sends(member)).toBe(1);
  await member.clock.advance(30);
  expect(stored(member)).toEqual(["1"]);
});

test("a store that stays away is asked ever more slowly", async () => {
  const member = await joinedMember();
  for (let count = 0; count < 100; count += 1) member.chat.failNextSend("unavailable");
  send(member, "1");
  await member.clock.advance(60_000);
  expect(sends(member)).toBeLessThan(30);
  expect(states(member, "1")).toEqual(["pending"]);
});

test("a message whose answer was lost with the connection is stored once", async () => {
  const member = await joinedMember();
  member.chat.failNextSend("stored without an answer");
  send(member, "1", "2");
  await member.clock.advance(8);
  member.chat.close(1006);
  await member.clock.advance(1_000);
  expect(stored(member)).toEqual(["1", "2"]);
  expect(states(member, "1")).toEqual(["pending", "sent"]);
});

// Whether the network, a proxy or the server swallowed it: waiting longer does not bring it back.
test("a send that is never answered makes the client connect again and send it again", async () => {
  const member = await joinedMember();
  member.chat.failNextSend("stored without an answer");
  send(member, "1");
  await member.clock.advance(9_000);
  expect(member.client.state.name).toBe("online");
  await member.clock.advance(2_000);
  expect(member.all("state").map(({ name }) => name)).toEqual([
    "connecting",
    "online",
    "reconnecting",
    "connecting",
    "online",
  ]);
  expect(stored(member)).toEqual(["1"]);
  expect(states(member, "1")).toEqual(["pending", "sent"]);
});

test("no more are on their way than the server queues", async () => {
  const member = await joinedMember();
  send(member, ...Array.from({ length: 100 }, (_, index) => `${index}`));
  await member.clock.advance(6);
  expect(sends(member)).toBeLessThanOrEqual(32);
  await member.clock.advance(1_000);
  expect(stored(member)).toHaveLength(100);
});

test("what can never succeed fails alone, and is sent again only when its author says so", async () => {
  const member = await joinedMember();
  const [bad] = send(member, "not\u0007 allowed", "fine");
  await member.clock.advance(100);
  expect(bad).toMatchObject({ state: "failed", code: "bad_text" });
  expect(stored(member)).toEqual(["fine"]);
  expect(member.client.room(room)?.outbox).toEqual([bad]);
});

test("a failed message can be tried again or thrown away", async () => {
  const member = await joinedMember();
  member.chat.failNextSend("forbidden");
  member.chat.failNextSend("forbidden");
  const [one, two] = send(member, "1", "2");
  await member.clock.advance(100);
  expect(member.client.room(room)?.outbox.map(({ state, code }) => [state, code])).toEqual([
    ["failed", "forbidden"],
    ["failed", "forbidden"],
  ]);
  member.client.retry(room, one?.id ?? "");
  expect(member.client.discard(room, two?.id ?? "")).toBe(true);
  await member.clock.advance(100);
  expect(stored(member)).toEqual(["1"]);
  expect(member.client.room(room)?.outbox).toEqual([]);
});

// "Thrown away" that appears all the same would be a lie.
test("a message that may be stored already cannot be thrown away, one that never left can", async () => {
  const member = await joinedMember();
  member.chat.failNextSend("unknown and not stored");
  const [one, two] = send(member, "1", "2");
  await member.clock.advance(20);
  expect(member.client.discard(room, one?.id ?? "")).toBe(false);
  expect(member.client.discard(room, two?.id ?? "")).toBe(false);
  const [three] = send(member, "3");
  expect(member.client.discard(room, three?.id ?? "")).toBe(true);
  await member.clock.advance(2_000);
  expect(stored(member)).toEqual(["1", "2"]);
});

test("a membership that the server has forgotten is renewed, and nothing is lost", async () => {
  const member = await joinedMember();
  member.chat.forgetMembers();
  send(member, "1", "2");
  await member.clock.advance(2_000);
  expect(stored(member)).toEqual(["1", "2"]);
  expect(member.texts).toEqual(["1", "2"]);
});

// A reload must lose nothing: the page keeps the outbox, and the same id makes a second sending harmless.
test("what is not sent is kept beyond the end of the program", async () => {
  let kept: readonly OutboxEntry[] = [];
  const outboxStorage: OutboxStorage = {
    load: () => kept,
    save: (entries) => {
      kept = JSON.parse(JSON.stringify(entries));
    },
  };
  const first = await joinedMember({ outboxStorage });
  first.chat.blackHole();
  const written = send(first, "1", "2");
  await first.clock.advance(100);
  expect(kept).toEqual(written);

  const second = createFakeMember({ outboxStorage });
  second.client.join(room);
  // The first program may have sent it: nobody can take that back.
  expect(second.client.discard(room, uuidOf("own 1"))).toBe(false);
  second.client.connect();
  await second.clock.advance(100);
  expect(second.chat.history.map(({ id, text }) => [id, text])).toEqual([
    [uuidOf("own 1"), "1"],
    [uuidOf("own 2"), "2"],
  ]);
  expect(kept).toEqual([]);
});

test("what was written in a room that is left waits until it is joined again", async () => {
  const member = createFakeMember();
  member.client.join(room);
  send(member, "1");
  member.client.leave(room);
  member.client.connect();
  await member.clock.advance(100);
  expect(stored(member)).toEqual([]);
  member.client.join(room);
  await member.clock.advance(100);
  expect(stored(member)).toEqual(["1"]);
});
