import { expect, test } from "vitest";
import { room } from "./fakes/fake-history.ts";
import { joinedMember } from "./fakes/fake-member.ts";
import { createMembers } from "./members.ts";

const user = (name: string) => ({ id: `u-${name}`, name });
const presence = (count: number, joined?: readonly string[], left?: readonly string[]) =>
  ({ type: "presence", room: "den", count, joined: joined?.map(user), left: left?.map(user) }) as const;
const names = (members: ReturnType<typeof createMembers>) => members.names?.map(({ name }) => name);

test("who is there is put together from who came and who went", () => {
  const members = createMembers();
  members.apply(presence(2, ["Ann", "Ben"]));
  members.apply(presence(2, ["Cid"], ["Ann"]));
  expect(names(members)).toEqual(["Ben", "Cid"]);
  expect(members.count).toBe(2);
});

// Half a list of names would say that the others are not there.
test("a count that the names do not add up to has no names", () => {
  const members = createMembers();
  members.apply(presence(2, ["Ann", "Ben"]));
  members.apply(presence(101));
  expect(names(members)).toBeUndefined();
  members.apply(presence(2));
  expect(names(members)).toBeUndefined();
  members.apply(presence(2, ["Ann", "Ben"]));
  expect(names(members)).toEqual(["Ann", "Ben"]);
});

test("who takes another name is there once", () => {
  const members = createMembers();
  members.apply(presence(2, ["Ann", "Ben"]));
  members.apply({ type: "presence", room: "den", count: 2, joined: [{ id: "u-Ann", name: "Cid" }] });
  expect(names(members)).toEqual(["Cid", "Ben"]);
});

// A frame that lists as many as there are was for those too who knew only a number.
test("a list of everybody takes the place of what was known", () => {
  const members = createMembers();
  members.apply(presence(3, ["Ann", "Ben", "Cid"]));
  members.apply(presence(2, ["Ben", "Dan"]));
  expect(names(members)).toEqual(["Ben", "Dan"]);
});

test("after a new connection the list starts over", () => {
  const members = createMembers();
  members.apply(presence(2, ["Ann", "Ben"]));
  members.clear();
  members.apply(presence(1, ["Ben"]));
  expect(names(members)).toEqual(["Ben"]);
});

// The server sends everybody after each `joined`; who went in between is in no difference.
test("after entering again over the same connection the list starts over", async () => {
  const { chat, client, clock, all } = await joinedMember();
  chat.tell(presence(3, ["Ann", "Ben", "Cid"]));
  chat.failNextLive("lost");
  chat.write("missed");
  chat.write("shows that one is missing");
  await clock.advance(100);
  expect(all("gap")).toHaveLength(1);
  chat.tell(presence(2, ["Ann", "Ben"]));
  await clock.advance(10);
  expect(client.room(room)?.names?.map(({ name }) => name)).toEqual(["Ann", "Ben"]);
});
