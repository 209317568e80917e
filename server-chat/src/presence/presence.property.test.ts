import fc from "fast-check";
import { expect, test } from "vitest";
import { createPresenceNodes, type PresenceNodes } from "../../test/presence-nodes.ts";
import { limits } from "../protocol/limits.ts";
import { pace } from "../ws/pace.ts";

const people = 150;
const userOf = (index: number, name: number) => ({
  id: `u-${index % people}`,
  name: `${["Ada", "Bea", "Cleo"][name]} ${index % people}`,
});

/** Mostly the first: what is over the limit on one node alone has rules of its own. */
const node = fc.constantFrom(0, 0, 0, 1);
/** Enough at once to cross the limit between two frames, in both directions. */
const crowd = fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 5, max: 60 }));
const nearTheLimit = fc.integer({ min: limits.presenceNames - 10, max: limits.presenceNames });
const step = fc.oneof(
  {
    arbitrary: fc.record({
      kind: fc.constant("come" as const),
      node,
      count: crowd,
      from: fc.oneof(fc.nat({ max: people - 1 }), nearTheLimit),
      name: fc.integer({ min: 0, max: 2 }),
      isClaimed: fc.boolean(),
    }),
    weight: 4,
  },
  {
    arbitrary: fc.record({
      kind: fc.constant("go" as const),
      count: crowd,
      from: fc.nat({ max: 300 }),
      isLost: fc.boolean(),
    }),
    weight: 4,
  },
  { arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 0, max: 1_500 }) }), weight: 2 },
  { arbitrary: fc.record({ kind: fc.constant("pass" as const), node }), weight: 2 },
  { arbitrary: fc.record({ kind: fc.constant("restart" as const), node }), weight: 1 },
  { arbitrary: fc.record({ kind: fc.constant("settle" as const) }), weight: 1 },
);

async function take(
  nodes: PresenceNodes,
  one: typeof step extends fc.Arbitrary<infer Step> ? Step : never,
): Promise<void> {
  switch (one.kind) {
    case "come":
      for (let index = 0; index < one.count; index++) {
        nodes.enter(one.node, userOf(one.from + index, one.name), one.isClaimed);
      }
      break;
    case "go": {
      const from = one.from % (nodes.clients.size + 1);
      for (const client of [...nodes.clients].slice(from, from + one.count)) client.leave(one.isLost);
      break;
    }
    case "wait":
      await nodes.advance(one.ms);
      for (const client of nodes.clients) client.show();
      break;
    case "pass":
      nodes.pass(one.node);
      break;
    case "restart":
      nodes.restart(one.node);
      break;
    case "settle":
      await expectTheSameEverywhere(nodes);
  }
}

const byId = (users: readonly { readonly id: string }[] | undefined) =>
  users?.toSorted((one, other) => (one.id < other.id ? -1 : 1));

async function expectTheSameEverywhere(nodes: PresenceNodes): Promise<void> {
  for (const client of nodes.clients) client.show();
  await nodes.settle();
  const ids = new Set([...nodes.clients].map(({ user }) => user.id));
  const { count, members } = await nodes.read();
  const areNamed = ids.size <= limits.presenceNames;
  if (areNamed) {
    expect(new Set(members.map(({ id }) => id))).toEqual(ids);
    const worn = new Set([...nodes.clients].map(({ user }) => `${user.id} ${user.name}`));
    for (const { id, name } of members) expect(worn).toContain(`${id} ${name}`);
  }
  for (const client of nodes.clients) {
    expect(client.members.count).toBe(count);
    expect(byId(client.members.names)).toEqual(areNamed ? byId(members) : undefined);
  }
}

test("whoever comes, goes and changes names, a client ends with exactly the server's list", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.nat({ max: 110 }), nearTheLimit),
      fc.array(step, { minLength: 1, maxLength: 25 }),
      async (first, steps) => {
        const nodes = createPresenceNodes(2);
        for (let index = 0; index < first; index++) nodes.enter(0, userOf(index, 0));
        await expectTheSameEverywhere(nodes);
        for (const one of steps) await take(nodes, one);
        await expectTheSameEverywhere(nodes);
        for (const { frame } of nodes.told) {
          if (frame.joined === undefined && frame.left === undefined) expect(frame.count).toBeGreaterThan(100);
          else expect(frame.count).toBeLessThanOrEqual(100);
        }
        for (const index of [0, 1]) {
          const times = nodes.told.filter((one) => one.node === index).map(({ atMs }) => atMs);
          for (const [at, atMs] of times.entries()) {
            expect(atMs - (times[at - 1] ?? Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(pace.presence.quietMs);
          }
        }
      },
    ),
    { numRuns: 150 },
  );
});
