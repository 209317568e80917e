import { expect, test } from "vitest";
import { afterClose, closeCodes } from "../src/protocol/close-codes.ts";
import { room } from "./fakes/fake-history.ts";
import { createFakeMember, type FakeMember, joinedMember } from "./fakes/fake-member.ts";

const names = (member: FakeMember) => member.all("state").map(({ name }) => name);
const asked = ({ chat }: FakeMember, what: string) => chat.asked.filter((one) => one === what).length;
const fromNow = (member: FakeMember) => {
  const { state } = member.client;
  return state.name === "reconnecting" ? state.atMs - member.clock.nowMs() : undefined;
};

test("before it is told to connect a client is stopped", () => {
  expect(createFakeMember().client.state.name).toBe("stopped");
});

test.each(Object.values(closeCodes).filter(({ duty }) => duty === "reconnect"))(
  "after $code ($reason) it is back within the backoff",
  async ({ code }) => {
    const member = await joinedMember();
    member.chat.close(code);
    await member.clock.advance(6);
    expect(member.client.state).toMatchObject({ name: "reconnecting", attempt: 1 });
    expect(fromNow(member)).toBeGreaterThan(100);
    await member.clock.advance(400);
    expect(member.client.state.name).toBe("online");
    expect(member.client.room(room)?.phase).toBe("live");
  },
);

// To come back after "banned" or "kicked" would make the ban a flood.
test.each(Object.values(closeCodes).filter(({ duty, code }) => duty === "stop" && code !== closeCodes.badToken.code))(
  "after $code ($reason) it stays away until somebody says connect",
  async ({ code }) => {
    const member = await joinedMember();
    expect(afterClose(code)).toBe("stop");
    member.chat.close(code);
    await member.clock.advance(600_000);
    expect(member.client.state).toMatchObject({ name: "stopped", why: { code } });
    expect(asked(member, "hello")).toBe(1);
    member.client.connect();
    await member.clock.advance(100);
    expect(member.client.state.name).toBe("online");
  },
);

test("while nobody answers it waits longer each time, up to the maximum, and does not give up", async () => {
  const member = await joinedMember();
  member.chat.refuse(true);
  member.chat.close(1006);
  await member.clock.advance(60_000);
  const waits = member.all("state").flatMap((state) => (state.name === "reconnecting" ? [state.attempt] : []));
  expect(waits.length).toBeGreaterThan(15);
  expect(waits).toEqual(waits.map((_, index) => index + 1));
  member.chat.refuse(false);
  await member.clock.advance(5_000);
  expect(member.client.state.name).toBe("online");
});

// A node that lets everybody in and throws them out again must not be hit every 200 ms.
test("a connection that ends at once does not start the backoff over", async () => {
  const member = await joinedMember();
  for (let round = 0; round < 30; round += 1) {
    member.chat.close(closeCodes.overload.code);
    await member.clock.advance(500);
  }
  expect(asked(member, "hello")).toBeLessThan(15);
});

test("a connection that lasted starts the backoff over", async () => {
  const member = await joinedMember();
  for (let round = 0; round < 5; round += 1) {
    await member.clock.advance(10_000);
    member.chat.close(1006);
    await member.clock.advance(6);
    expect(member.client.state).toMatchObject({ name: "reconnecting", attempt: 1 });
  }
});

test("silence is questioned after 20 s, and ended after 5 s more", async () => {
  const member = await joinedMember();
  await member.clock.advance(90_000);
  expect(asked(member, "ping")).toBe(4);
  expect(names(member)).toEqual(["connecting", "online"]);
  member.chat.blackHole();
  await member.clock.advance(26_000);
  expect(names(member)).toEqual(["connecting", "online", "reconnecting", "connecting", "online"]);
});

test("a server that never says welcome is left", async () => {
  const member = createFakeMember();
  member.client.connect();
  await member.clock.advance(6);
  member.chat.blackHole();
  await member.clock.advance(10_500);
  expect(member.client.state.name).toBe("online");
});

test("when the network comes back it does not wait for the end of the pause", async () => {
  let changed = () => {};
  const watchNetwork = (callback: () => void) => {
    changed = callback;
    return () => {};
  };
  const member = await joinedMember({ surroundings: { watchNetwork } });
  member.chat.refuse(true);
  member.chat.close(1006);
  await member.clock.advance(60_000);
  member.chat.refuse(false);
  changed();
  await member.clock.advance(30);
  expect(member.client.state.name).toBe("online");
  // With a connection that looks well the question is whether it still is.
  changed();
  member.chat.blackHole();
  await member.clock.advance(6_000);
  expect(names(member).slice(-3)).toEqual(["reconnecting", "connecting", "online"]);
});

// A node that is rolled out names each client another moment, so that the next node is not stormed.
test("when a node goes away the client is back at the moment it was told, without a pause of its own", async () => {
  const member = await joinedMember();
  member.chat.drain(3_000);
  await member.clock.advance(3_005);
  expect(names(member)).toEqual(["connecting", "online"]);
  member.chat.close(closeCodes.serviceRestart.code);
  await member.clock.advance(30);
  expect(names(member)).toEqual(["connecting", "online", "reconnecting", "connecting", "online"]);
  expect(member.all("drain")).toMatchObject([{ reconnectInMs: 3_000 }]);
});

test("a node that ends before that moment is not a reason to come back sooner", async () => {
  const member = await joinedMember();
  member.chat.drain(3_000);
  await member.clock.advance(500);
  member.chat.close(closeCodes.serviceRestart.code);
  await member.clock.advance(6);
  expect(fromNow(member)).toBeGreaterThanOrEqual(2_400);
  await member.clock.advance(3_000);
  expect(member.client.state.name).toBe("online");
});

test("a node that says goodbye and stays is left", async () => {
  const member = await joinedMember();
  member.chat.drain(1_000);
  await member.clock.advance(12_000);
  expect(names(member)).toEqual(["connecting", "online", "reconnecting", "connecting", "online"]);
});

test("a node that goes away and has no successor yet is asked with growing pauses", async () => {
  const member = await joinedMember();
  member.chat.drain(10);
  member.chat.refuse(true);
  await member.clock.advance(20);
  member.chat.close(closeCodes.serviceRestart.code);
  await member.clock.advance(10_000);
  const attempts = member.all("state").filter(({ name }) => name === "reconnecting").length;
  expect(attempts).toBeGreaterThan(3);
  expect(attempts).toBeLessThan(10);
});

test("who stops while it connects does not connect", async () => {
  const member = createFakeMember();
  member.client.connect();
  member.client.stop();
  await member.clock.advance(60_000);
  expect(asked(member, "hello")).toBe(0);
  expect(member.client.state.name).toBe("stopped");
});

// The server gives the name of who says goodbye to the next one.
test("who gives a connection up and makes another one does not say goodbye", async () => {
  const member = await joinedMember();
  member.chat.tell(null);
  await member.clock.advance(1_000);
  expect(member.client.state.name).toBe("online");
  expect(member.chat.farewells).toEqual([1005]);
});

test("stop says goodbye and stays away", async () => {
  const member = await joinedMember();
  member.client.stop();
  await member.clock.advance(10);
  expect(member.chat.farewells).toEqual([closeCodes.normal.code]);
  await member.clock.advance(600_000);
  expect(member.client.state).toMatchObject({ name: "stopped", why: { code: 1000 } });
  expect(member.client.room(room)?.phase).toBe("away");
  member.chat.write("nobody hears");
  await member.clock.advance(10);
  expect(member.texts).toEqual([]);
});

test("a listener that throws does not cost the others the message", async () => {
  const member = await joinedMember();
  const caught: unknown[] = [];
  const listeners = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException").on("uncaughtException", (error) => caught.push(error));
  try {
    member.client.on("message", () => {
      throw new Error("a slip of the page");
    });
    member.chat.write("1");
    await member.clock.advance(10);
  } finally {
    process.removeAllListeners("uncaughtException");
    for (const listener of listeners) process.on("uncaughtException", listener);
  }
  expect(member.texts).toEqual(["1"]);
  expect(caught).toMatchObject([{ message: "a slip of the page" }]);
});

// To a server far away each way takes a tenth of a second.
test("rooms are entered without waiting for the answer to hello", async () => {
  const member = createFakeMember();
  let askedBefore: readonly string[] = [];
  member.client.on("welcome", () => {
    askedBefore = member.chat.asked.slice();
  });
  member.client.join(room);
  member.client.connect();
  await member.clock.advance(100);
  expect(askedBefore.slice(-2)).toEqual(["hello", "join"]);
});

// A train's or a hotel's network answers for every server until somebody has logged in to it.
test("a network that answers in the server's place is waited for", async () => {
  const member = createFakeMember();
  member.chat.failRest("portal");
  member.client.join(room);
  member.client.connect();
  await member.clock.advance(15_000);
  expect(member.client.state.name).toBe("reconnecting");
  member.chat.failRest(undefined);
  await member.clock.advance(5_000);
  expect(member.client.state.name).toBe("online");
});

test.each([[null], [7], ["hello"], [[]], [{}]])(
  "a frame that is none (%j) ends the connection, and another one is made",
  async (data) => {
    const member = await joinedMember();
    member.chat.tell(data);
    await member.clock.advance(10);
    expect(member.client.state).toMatchObject({ name: "reconnecting", why: "unreadable frame" });
    await member.clock.advance(1_000);
    expect(member.client.room(room)?.phase).toBe("live");
  },
);
