import { expect, test } from "vitest";
import { openRoom } from "../../test/one-room.ts";
import type { ServerFrame } from "../protocol/frames.ts";
import { answerFromHistory, answerJoin } from "./join-answer.ts";

function frameOf(answer: ReturnType<typeof answerJoin>): Extract<ServerFrame, { type: "joined" }> {
  if (typeof answer === "string") throw new Error(`no answer but ${answer}`);
  const text = String(answer.frame);
  return JSON.parse(text.slice(text.indexOf("{")));
}
const numbers = (answer: ReturnType<typeof answerJoin>) => frameOf(answer).messages.map(({ seq }) => seq);

// They come with the next pass: in the answer too, they would be shown twice.
test("messages that wait for their pass are not in the answer", async () => {
  const { room, publish } = await openRoom(3);
  const { epoch } = room.timeline;
  const events = [await publish(), await publish()];
  for (const event of events) room.hear(event);
  expect(room.timeline.head).toBe(5);
  for (const resume of [undefined, { epoch, after: 0 }]) {
    const answer = answerJoin(room, resume);
    expect(frameOf(answer).head).toBe(3);
    expect(numbers(answer)).toEqual([1, 2, 3]);
  }
});

test("who has one of them already makes the pass begin", async () => {
  const { room, publish } = await openRoom(3);
  const { epoch } = room.timeline;
  const events = [await publish(), await publish()];
  for (const event of events) room.hear(event);
  const answer = answerJoin(room, { epoch, after: 4 });
  expect(frameOf(answer)).toMatchObject({ head: 5, recovered: true, more: false });
  expect(numbers(answer)).toEqual([5]);
});

test("a page that was read before newer messages came goes on with those", async () => {
  const { room, store, publish } = await openRoom(100);
  const { epoch } = room.timeline;
  expect(answerJoin(room, { epoch, after: 10 })).toBe("history");
  const page = await store.read("tea", { after: 9, limit: 201 });
  const events = [await publish(), await publish()];
  for (const event of events) room.hear(event);
  room.fanOut.cutThrough(102);
  if (page === undefined) throw new Error("the room is there");
  const answer = answerFromHistory(room, { epoch, after: 10 }, page);
  expect(frameOf(answer)).toMatchObject({ head: 102, recovered: true, more: false });
  expect(numbers(answer)).toEqual(Array.from({ length: 92 }, (_, index) => 11 + index));
});

test("a page that was read before a text was taken out does not bring it back", async () => {
  const { room, store } = await openRoom(100);
  const { epoch } = room.timeline;
  const page = await store.read("tea", { after: 9, limit: 201 });
  if (page === undefined) throw new Error("the room is there");
  room.hear({ type: "deleted", room: "tea", epoch, seq: 20, deletions: 1 });
  const { messages } = frameOf(answerFromHistory(room, { epoch, after: 10 }, page));
  expect(messages.find(({ seq }) => seq === 20)).toMatchObject({ text: "", deleted: true });
  expect(messages.find(({ seq }) => seq === 21)).toMatchObject({ text: "text" });
});

test("thousands who ask for the same first page get the same bytes", async () => {
  const { room, publish } = await openRoom(30);
  const first = answerJoin(room, undefined);
  const again = answerJoin(room, { epoch: "another", after: 3 });
  if (typeof first === "string" || typeof again === "string") throw new Error("both are at hand");
  expect(again.frame).toBe(first.frame);
  room.hear(await publish());
  room.fanOut.cutThrough(31);
  expect(frameOf(answerJoin(room, undefined)).head).toBe(31);
  room.hear({ type: "deleted", room: "tea", epoch: room.timeline.epoch, seq: 31, deletions: 1 });
  expect(frameOf(answerJoin(room, undefined)).messages.at(-1)).toMatchObject({ seq: 31, deleted: true });
});
