import { expect, test } from "vitest";
import { createPresenceNodes, type PresenceNodes } from "../../test/presence-nodes.ts";

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
