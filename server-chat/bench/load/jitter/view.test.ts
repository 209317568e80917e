import { expect, test } from "vitest";
import { View } from "./view.ts";

const from = 5;

function viewOf(...numbers: readonly number[]): View {
  const view = new View(from);
  for (const number of numbers) view.show(number);
  return view;
}

test("messages one after the other are right, wherever the first page begins and in whatever order the old ones are", () => {
  expect(viewOf(5, 6, 7)).toMatchObject({ wrong: 0, last: 7 });
  expect(viewOf(7, 8)).toMatchObject({ wrong: 0, last: 8 });
  expect(viewOf(2, 4, 3, 5, 6)).toMatchObject({ wrong: 0, last: 6 });
});

test("each message twice, out of order or after a hole is wrong", () => {
  expect(viewOf(5, 6, 6).wrong).toBe(1);
  expect(viewOf(5, 7).wrong).toBe(1);
  expect(viewOf(6, 7, 5).wrong).toBe(1);
  expect(viewOf(3, 4, 6).wrong).toBe(1);
});

// A whole list after each reconnect hides a hole from the reader, and may be older than a live message that came before.
test("a list takes the place of what was shown, and nothing that was shown may be missing in it", () => {
  const view = viewOf(5, 6);
  view.replace([2, 1, 5, 6, 7]);
  expect(view).toMatchObject({ wrong: 0, last: 7 });
  view.replace([2, 1, 5, 6]);
  expect(view.wrong).toBe(1);
  view.show(8);
  expect(view.wrong).toBe(2);
});

test("what was shown is counted once, without the old ones", () => {
  expect(viewOf(3, 5, 6, 6, 9).countTo(8)).toBe(2);
});
