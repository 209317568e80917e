import { expect, test } from "vitest";
import { View } from "./view.ts";

function viewOf(...numbers: readonly number[]): View {
  const view = new View();
  for (const number of numbers) view.show(number);
  return view;
}

test("messages one after the other are right, from wherever the first page begins", () => {
  expect(viewOf(5, 6, 7)).toMatchObject({ wrong: 0, last: 7 });
});

test("each message twice, out of order or after a hole is wrong", () => {
  expect(viewOf(5, 6, 6).wrong).toBe(1);
  expect(viewOf(5, 7).wrong).toBe(1);
  expect(viewOf(5, 6, 4).wrong).toBe(1);
});

// A whole list after each reconnect hides a hole from the reader, and is what a late live message does not fit to.
test("a list takes the place of what was shown", () => {
  const view = viewOf(1, 2, 3);
  view.replace([1, 2, 3, 4]);
  expect(view).toMatchObject({ wrong: 0, last: 4 });
  view.replace([1, 2, 3]);
  view.show(5);
  expect(view.wrong).toBe(1);
});

test("what was shown is counted once", () => {
  expect(viewOf(1, 2, 2, 5).count(2, 5)).toBe(2);
});
