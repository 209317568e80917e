import { expect, test } from "vitest";
import { createPresenceNodes } from "../../test/presence-nodes.ts";
import { limits } from "../protocol/limits.ts";
import { pace } from "../ws/pace.ts";

const joins = 5_000;
const { quietMs, tickMs } = pace.presence;

// Each join told to everybody who is there would be n² / 2 frames: 12 million.
test.each([
  ["at once on one node", { nodes: 1, joinsPerTick: joins }],
  ["a thousand a second on one node", { nodes: 1, joinsPerTick: 100 }],
  ["a thousand a second on three nodes", { nodes: 3, joinsPerTick: 100 }],
])("5,000 joins, %s, are a number at most once a second", async (_how, { nodes: count, joinsPerTick }) => {
  const nodes = createPresenceNodes(count);
  const all = Array.from({ length: count }, (_, index) => index);
  for (let joined = 0; joined < joins; ) {
    for (let index = 0; index < joinsPerTick; index++, joined++) {
      nodes.enter(joined % count, { id: `u-${joined}`, name: `Person ${joined}` });
    }
    await nodes.advance(tickMs);
    for (const node of all) nodes.pass(node);
  }
  await nodes.settle();

  expect(nodes.clients.size).toBe(joins);
  for (const { members } of nodes.clients) expect(members).toMatchObject({ count: joins, names: undefined });
  for (const node of all) {
    const times = nodes.told.filter((one) => one.node === node).map(({ atMs }) => atMs);
    const seconds = Math.max(0, (times.at(-1) ?? 0) - (times[0] ?? 0)) / quietMs;
    expect(times.length).toBeGreaterThan(0);
    expect(times.length).toBeLessThanOrEqual(seconds + 1);
  }
  for (const { frame } of nodes.told.filter((one) => one.frame.count > limits.presenceNames)) {
    expect(frame).toEqual({ type: "presence", room: "tea", count: frame.count });
  }
  // Each gets one for coming and those of the seconds that follow: 10,000 on one node, 21,300 on three.
  const got = [...nodes.clients].reduce((sum, client) => sum + client.got, 0);
  expect(got).toBeLessThanOrEqual(30_000);
});
