import fc from "fast-check";
import { expect, test } from "vitest";
import { closeCodes } from "../src/protocol/close-codes.ts";
import { type SendFault, self } from "./fakes/fake-chat.ts";
import { room } from "./fakes/fake-history.ts";
import { createFakeMember, type FakeMember } from "./fakes/fake-member.ts";

/** One thing that happens to a chat. */
type Step = (member: FakeMember, count: () => number) => Promise<void> | void;
const named = (name: string, step: Step): { readonly name: string; readonly step: Step } => ({ name, step });

const sendFaults: readonly SendFault[] = [
  "unavailable",
  "rate_limited",
  "unknown but stored",
  "unknown and not stored",
  "stored without an answer",
  "answered twice",
];
const returning = Object.values(closeCodes).filter(({ duty }) => duty === "reconnect");

const faults = fc.oneof(
  fc.constantFrom(...sendFaults).map((fault) => named(fault, ({ chat }) => chat.failNextSend(fault))),
  fc.constantFrom("lost", "doubled").map((fault) => named(`live ${fault}`, ({ chat }) => chat.failNextLive(fault))),
  fc
    .constantFrom(1006, 1001, ...returning.map(({ code }) => code))
    .map((code) => named(`close ${code}`, ({ chat }) => chat.close(code))),
  fc.constant(named("black hole", ({ chat }) => chat.blackHole())),
  fc.constant(named("members forgotten", ({ chat }) => chat.forgetMembers())),
  fc.nat(4_000).map((ms) => named(`drain ${ms}`, ({ chat }) => chat.drain(ms))),
  fc.boolean().map((refused) => named(`refused ${refused}`, ({ chat }) => chat.refuse(refused))),
  fc
    .constantFrom("unavailable" as const, "rate_limited" as const, undefined)
    .map((code) => named(`rest ${code}`, ({ chat }) => chat.failRest(code))),
);
const life = fc.oneof(
  { weight: 3, arbitrary: fc.constant(named("send", ({ client }, count) => void client.send(room, `own ${count()}`))) },
  { weight: 3, arbitrary: fc.constant(named("write", ({ chat }, count) => chat.write(`other ${count()}`))) },
  { weight: 2, arbitrary: fc.nat(30).map((ms) => named(`${ms} ms`, ({ clock }) => clock.advance(ms))) },
  { weight: 1, arbitrary: fc.nat(15_000).map((ms) => named(`${ms} ms`, ({ clock }) => clock.advance(ms))) },
  { weight: 1, arbitrary: fc.nat(8).map((seq) => named(`remove ${seq}`, ({ chat }) => chat.remove(seq))) },
  {
    weight: 1,
    arbitrary: fc.constant(
      named("read older", ({ client }) => {
        // Refused, if the network is away just now; the reader may press again.
        client.readOlder(room, 3).catch(() => {});
      }),
    ),
  },
);
const losses = fc.oneof(
  fc.integer({ min: 1, max: 6 }).map((count) => named(`go back ${count}`, ({ chat }) => chat.goBack(count))),
  fc.integer({ min: 1, max: 6 }).map((count) => named(`forget ${count}`, ({ chat }) => chat.forgetOldest(count))),
);
const story = (...kinds: readonly fc.Arbitrary<ReturnType<typeof named>>[]) =>
  fc.array(fc.oneof(...kinds), { minLength: 1, maxLength: 40 });

/** Lives through a story, then everything is well again for a while. */
async function live(steps: readonly ReturnType<typeof named>[]): Promise<FakeMember> {
  const member = createFakeMember();
  let written = 0;
  const count = () => {
    written += 1;
    return written;
  };
  member.client.join(room);
  member.client.connect();
  for (const { step } of steps) await step(member, count);
  member.chat.heal();
  await member.clock.advance(60_000);
  // A loss at the very end shows with what comes next.
  member.client.send(room, "last words");
  member.chat.write("farewell");
  await member.clock.advance(60_000);
  return member;
}

function checkView({ chat, client, all, told }: FakeMember): void {
  const view = client.room(room)?.messages ?? [];
  expect(client.state.name).toBe("online");
  expect(client.room(room)?.phase).toBe("live");
  // The view ends where history ends, and is a part of it.
  expect(view.at(-1)?.seq).toBe(chat.history.at(-1)?.seq);
  const inHistory = new Map(chat.history.map((message) => [message.seq, message]));
  const known = view.filter(({ seq }) => inHistory.has(seq));
  expect(known).toEqual(known.map(({ seq }) => inHistory.get(seq)));
  // Between two resets every number comes once and none is left out.
  let expected: number | undefined;
  for (const { event, value } of told) {
    if (event === "reset") expected = undefined;
    if (event !== "message") continue;
    if (expected !== undefined) expect(value.message.seq).toBe(expected);
    expected = value.message.seq + 1;
  }
  expect(all("error").filter(({ retry, code }) => !retry && code !== "not_joined")).toEqual([]);
}

const print = (steps: readonly ReturnType<typeof named>[]) => steps.map(({ name }) => name).join(", ");

// The promise of the whole library, in one sentence.
test("whatever happens on the way, each message is stored once, in its sender's order, and shown once, in the room's", async () => {
  await fc.assert(
    fc.asyncProperty(story(life, faults), async (steps) => {
      const member = await live(steps);
      const own = member.chat.history.filter(({ user }) => user.id === self.id).map(({ id }) => id);
      const sent = member.all("outbox").filter(({ state }) => state === "pending");
      expect(own, print(steps)).toEqual(sent.map(({ id }) => id));
      expect(member.client.room(room)?.outbox).toEqual([]);
      expect(member.all("reset")).toHaveLength(1);
      const shown = member.all("message").map(({ message }) => message.id);
      expect(new Set(shown).size).toBe(shown.length);
      checkView(member);
    }),
    { numRuns: 300 },
  );
});

// With lost history nobody can promise that all is stored; what is shown must be true all the same.
test("even when history loses its end or its beginning, what is shown is what is there", async () => {
  await fc.assert(
    fc.asyncProperty(story(life, faults, losses), async (steps) => {
      const member = await live(steps);
      const own = member.chat.history.filter(({ user }) => user.id === self.id).map(({ id }) => id);
      expect(new Set(own).size, print(steps)).toBe(own.length);
      expect(member.client.room(room)?.outbox).toEqual([]);
      expect(member.client.room(room)?.epoch).toBe(member.chat.epoch);
      checkView(member);
    }),
    { numRuns: 300 },
  );
});
