import { expect, test } from "vitest";
import { Timeline, toldDeletions } from "./timeline.ts";

const message = (seq: number) => ({
  seq,
  id: `00000000-0000-4000-8000-${String(seq).padStart(12, "0")}`,
  user: { id: "u", name: "Ann" },
  text: `text ${seq}`,
  ts: 1,
});

/** A room of which so many messages were taken out that a resume does not tell of any more. */
function openTimeline(): Timeline {
  const timeline = new Timeline();
  const head = 2 * toldDeletions;
  const tombstones = Array.from({ length: toldDeletions }, (_, index) => toldDeletions + index + 1);
  timeline.adopt({ epoch: "e", head, first: 1, deletions: toldDeletions, messages: [message(head)] }, tombstones);
  return timeline;
}

// A page that was read before would be shown with the text, and who resumes would never learn of it.
test("what was taken out last is known, however many newer messages were taken out before", () => {
  const timeline = openTimeline();
  for (const seq of [7, 3]) expect(timeline.takeOut(seq)).toBe(true);
  expect(timeline.refresh(message(3)).json).not.toContain("text 3");
  expect(timeline.refresh(message(7)).json).not.toContain("text 7");
  expect(timeline.takeOut(3)).toBe(false);
  expect(timeline.tombstones).toHaveLength(toldDeletions);
  expect(timeline.tombstones.slice(0, 2)).toEqual([3, 7]);
  expect(timeline.tombstones).toEqual([...timeline.tombstones].sort((one, other) => one - other));
});

// Taking one of them in again would push out the next one, and so on: five hundred frames to every member.
test("what the store lists again after one was missed is told at most once for each that made room", () => {
  const timeline = openTimeline();
  const listed = timeline.tombstones;
  timeline.takeOut(7);
  expect(timeline.unknownOf(listed)).toEqual([toldDeletions + 1]);
});

test("what history no longer has is forgotten, and can not push out anything", () => {
  const timeline = openTimeline();
  timeline.takeOut(7);
  timeline.dropBefore(2 * toldDeletions);
  expect(timeline.tombstones).toEqual([2 * toldDeletions]);
  timeline.takeOut(2 * toldDeletions + 1);
  expect(timeline.tombstones).toHaveLength(2);
});
