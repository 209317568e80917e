import { afterAll, beforeAll, expect, test } from "vitest";
import type { ServerFrame } from "../../src/protocol/frames.ts";
import { type ChatNode, startNode } from "../nodes.ts";
import { connectRaw, newToken, type RawClient } from "./raw-client.ts";

let node: ChatNode;
beforeAll(async () => {
  node = await startNode();
});
afterAll(() => node?.kill());

type Joined = Extract<ServerFrame, { type: "joined" }>;
const joinedOf = ({ frames }: RawClient): readonly Joined[] => frames.filter((frame) => frame.type === "joined");

// The store may really have lost messages, so a claim cannot be ignored; nor may one person reset a room at will.
test("a false claim to be ahead starts a room over once, is refused then, and the log says whose it was", async () => {
  const victim = await connectRaw(node.port);
  await victim.enter(await newToken(node.url, "Victim"), "general");
  const liar = await connectRaw(node.port);
  await liar.enter(await newToken(node.url, "Liar"), "general");
  await victim.say("general", "one");

  const claim = () =>
    liar.send({ type: "join", room: "general", epoch: joinedOf(liar).at(-1)?.epoch, after: Number.MAX_SAFE_INTEGER });
  claim();
  await expect.poll(() => joinedOf(victim).length).toBe(2);
  const [before, after] = joinedOf(victim);
  expect(after?.epoch).not.toBe(before?.epoch);
  expect(after).toMatchObject({ recovered: false, messages: [{ seq: 1, text: "one" }] });

  await expect.poll(() => joinedOf(liar).at(-1)?.epoch).toBe(after?.epoch);
  claim();
  expect(await liar.receive(({ type }) => type === "error")).toMatchObject({
    code: "unavailable",
    retryAfterMs: expect.any(Number),
  });
  expect(joinedOf(victim)).toHaveLength(2);

  const welcome = await liar.receive(({ type }) => type === "welcome");
  const user = welcome.type === "welcome" ? welcome.user.id : "";
  const lines = node.logs.filter((line) => line.includes("claims to have a message that the store does not have"));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain(user);
  for (const client of [victim, liar]) client.destroy();
});
