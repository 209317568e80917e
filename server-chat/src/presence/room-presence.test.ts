import { expect, test } from "vitest";
import { createPresenceNodes, type PresenceNodes } from "../../test/presence-nodes.ts";

const user = (index: number) => ({ id: `u-${index}`, name: `Person ${index}` });
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);
const enter = (nodes: PresenceNodes, from: number, to: number, node = 0) =>
  range(from, to).map((index) => nodes.enter(node, user(index)));
const namesOf = (client: ReturnType<PresenceNodes["enter"]>) => client.members.names?.map(({ name }) => name).sort();

test("who comes back under another name has that name, for those who are there and by REST", async () => {
  const nodes = createPresenceNodes(2);
  const [bob, cleo] = [nodes.enter(0, { id: "u-bob", name: "Bob" }), nodes.enter(1, { id: "u-cleo", name: "Cleo" })];
  const old = nodes.enter(0, { id: "u-ada", name: "Ada" });
  await nodes.settle();
  nodes.enter(0, { id: "u-ada", name: "Bea" });
  await nodes.settle();
  expect(nodes.told.at(-1)?.frame).toMatchObject({ joined: [{ id: "u-ada", name: "Bea" }], count: 3 });
  old.leave(true);
  await nodes.settle();
  for (const client of [bob, cleo]) expect(namesOf(client)).toEqual(["Bea", "Bob", "Cleo"]);
  expect((await nodes.read()).members).toContainEqual({ id: "u-ada", name: "Bea" });
});

test("who leaves under the new name has the old one again, as long as that connection is there", async () => {
  const nodes = createPresenceNodes(1);
  const ada = nodes.enter(0, { id: "u-ada", name: "Ada" });
  const bea = nodes.enter(0, { id: "u-ada", name: "Bea" });
  await nodes.settle();
  expect(namesOf(ada)).toEqual(["Bea"]);
  bea.leave(false);
  await nodes.settle();
  expect(namesOf(ada)).toEqual(["Ada"]);
});

// Leases come in the order of their ends, which changes with every renewal: the list would go to and fro.
test("who is on two nodes under two names has one of them, the same for everybody, and nothing is told twice", async () => {
  const nodes = createPresenceNodes(3);
  const clients = [
    nodes.enter(0, { id: "u-ada", name: "Ada" }),
    nodes.enter(1, { id: "u-ada", name: "Bea" }),
    nodes.enter(2, { id: "u-cleo", name: "Cleo" }),
  ];
  await nodes.settle();
  const told = nodes.told.length;
  for (const node of [1, 0, 2, 0, 1]) {
    nodes.renew(node);
    await nodes.settle();
  }
  expect(nodes.told).toHaveLength(told);
  for (const client of clients) expect(namesOf(client)).toEqual(["Bea", "Cleo"]);
});

test("a room that goes over the limit and back between two frames leaves nobody with a wrong list", async () => {
  const nodes = createPresenceNodes(1);
  const first = enter(nodes, 0, 98);
  await nodes.settle();
  const late = enter(nodes, 98, 111);
  for (const client of first.slice(0, 30)) client.leave(false);
  await nodes.settle();
  expect(nodes.clients.size).toBe(81);
  for (const client of nodes.clients) expect(namesOf(client)).toHaveLength(81);
  // One frame for both: those who know names and those who were told a number.
  const { frame } = nodes.told.at(-1) ?? {};
  expect([frame?.joined?.length, frame?.left?.length, frame?.count]).toEqual([81, 30, 81]);
  late[0]?.leave(false);
  await nodes.settle();
  for (const client of nodes.clients) expect(namesOf(client)).toHaveLength(80);
});

// The others are on other nodes, so this one's own members alone are below the limit.
test("a newcomer who is one too many is told a number, and names as soon as there are few enough again", async () => {
  const nodes = createPresenceNodes(2);
  const others = enter(nodes, 0, 60, 1);
  enter(nodes, 60, 100, 0);
  await nodes.settle();
  const late = nodes.enter(0, user(100));
  expect(late.members).toMatchObject({ count: 101, names: undefined });
  others[0]?.leave(false);
  await nodes.settle();
  for (const client of nodes.clients) expect(namesOf(client)).toHaveLength(100);
});
