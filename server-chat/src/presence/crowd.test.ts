import { expect, test } from "vitest";
import { limits } from "../protocol/limits.ts";
import { changeFrame, crowdOf, formatCrowd, fullFrame, mergeCrowds, nobody, parseCrowd } from "./crowd.ts";

const user = (id: number) => ({ id: `u-${id}`, name: `name ${id}` });
const crowd = (...ids: readonly number[]) => crowdOf(new Map(ids.map((id) => [user(id).id, user(id)])));
const many = (count: number) => crowd(...Array.from({ length: count }, (_, index) => index));

test("a person on two nodes counts once", () => {
  expect(mergeCrowds([crowd(1, 2), crowd(2, 3), nobody])).toEqual(crowd(1, 2, 3));
});

// Each node has its own order; with the last one's name they would contradict each other.
test("a person on two nodes under two names has the same one, in whatever order the nodes stand", () => {
  const [ada, bea] = [
    { id: "u-1", name: "Ada" },
    { id: "u-1", name: "Bea" },
  ].map((one) => crowdOf(new Map([[one.id, one]])));
  if (ada === undefined || bea === undefined) throw new Error("two");
  expect(mergeCrowds([ada, bea])).toEqual(bea);
  expect(mergeCrowds([bea, ada])).toEqual(bea);
});

// n joins told to n members by name are n² frames.
test("above the limit there are no names", () => {
  expect(many(limits.presenceNames).members?.size).toBe(limits.presenceNames);
  expect(many(limits.presenceNames + 1)).toEqual({ count: limits.presenceNames + 1, members: undefined });
  expect(mergeCrowds([many(80), crowd(...Array.from({ length: 80 }, (_, index) => 1_000 + index))])).toEqual({
    count: 160,
    members: undefined,
  });
  expect(mergeCrowds([many(400), crowd(1_000, 1_001)])).toEqual({ count: 402, members: undefined });
});

test("a lease says what a node wrote", () => {
  for (const one of [nobody, crowd(1, 2), many(300)]) expect(parseCrowd(formatCrowd(one))).toEqual(one);
});

test.each(["", "{", "null", "[]", '{"count":-1}', '{"count":1,"members":[{"id":1}]}'])(
  "a lease that no node wrote is nobody: %s",
  (value) => {
    expect(parseCrowd(value)).toBeUndefined();
  },
);

test("a change tells who came and who went, and nothing when nobody did", () => {
  expect(changeFrame("tea", crowd(1, 2), crowd(2, 3))).toEqual({
    type: "presence",
    room: "tea",
    joined: [user(3)],
    left: [user(1)],
    count: 2,
  });
  expect(changeFrame("tea", crowd(1), crowd(1, 2))).toEqual({
    type: "presence",
    room: "tea",
    joined: [user(2)],
    count: 2,
  });
  expect(changeFrame("tea", crowd(1, 2), crowd(1, 2))).toBeUndefined();
});

test("who has another name now is among those who joined, and did not leave", () => {
  const renamed = { id: "u-1", name: "another" };
  expect(
    changeFrame(
      "tea",
      crowd(1, 2),
      crowdOf(
        new Map([
          ["u-1", renamed],
          ["u-2", user(2)],
        ]),
      ),
    ),
  ).toEqual({
    type: "presence",
    room: "tea",
    joined: [renamed],
    count: 2,
  });
});

test("across the limit: first only the count, and all the names when they are known again", () => {
  const few = many(limits.presenceNames);
  const tooMany = many(limits.presenceNames + 1);
  expect(changeFrame("tea", few, tooMany)).toEqual({ type: "presence", room: "tea", count: 101 });
  expect(changeFrame("tea", tooMany, many(140))).toEqual({ type: "presence", room: "tea", count: 140 });
  expect(changeFrame("tea", tooMany, tooMany)).toBeUndefined();
  expect(changeFrame("tea", tooMany, few)).toEqual(fullFrame("tea", few));
  expect(fullFrame("tea", few).joined).toHaveLength(100);
});
