import fc from "fast-check";
import { expect, test } from "vitest";
import { errorCodes } from "./errors.ts";
import { type ClientFrame, clientFrame, serverFrame } from "./frames.ts";
import { limits } from "./limits.ts";

const id = "0f8fad5b-d9cb-469f-a165-70867728950e";
const valid = [
  { type: "hello", token: "a.b.c" },
  { type: "join", room: "general" },
  { type: "join", room: "general", epoch: "e1", after: 0 },
  { type: "join", room: "general", epoch: "e1", after: Number.MAX_SAFE_INTEGER, id },
  { type: "leave", room: "general" },
  { type: "typing", room: "general" },
  { type: "send", room: "general", id, text: "hello" },
  { type: "ping" },
] as const satisfies readonly ClientFrame[];

test.each(valid)("a client may send $type", (frame) => {
  expect(clientFrame.parse(structuredClone(frame))).toEqual(frame);
});

test("there is an example of every type", () => {
  expect(new Set(valid.map(({ type }) => type))).toEqual(
    new Set(clientFrame.options.map(({ shape }) => shape.type.value)),
  );
});

test.each([
  ["null", null],
  ["a list", []],
  ["a text", "ping"],
  ["no type", {}],
  ["an unknown type", { type: "constructor" }],
  ["a frame of the server", { type: "pong" }],
  ["an unknown field", { type: "ping", time: 1 }],
  ["a field that would be the prototype", JSON.parse('{"type":"ping","__proto__":{"token":"a"}}')],
  ["an empty token", { type: "hello", token: "" }],
  ["a token longer than any of ours", { type: "hello", token: "x".repeat(2049) }],
  ["a number below the first", { type: "join", room: "a", epoch: "e", after: -1 }],
  ["a number that is not whole", { type: "join", room: "a", epoch: "e", after: 0.5 }],
  ["a number that a double cannot count to", { type: "join", room: "a", epoch: "e", after: 2 ** 53 }],
  ["a number that is infinite", JSON.parse('{"type":"join","room":"a","epoch":"e","after":1e999}')],
  ["a number as a text", { type: "join", room: "a", epoch: "e", after: "1" }],
  ["an id that is no UUID", { type: "send", room: "a", id: "1", text: "a" }],
])("%s is refused", (_, frame) => {
  expect(clientFrame.safeParse(frame).success).toBe(false);
});

// The client shows a person what is wrong with the text or the room's name, so the refusal says which it is.
test.each([
  ["bad_room", { type: "join", room: "No Such Room" }],
  ["bad_room", { type: "leave", room: "" }],
  ["bad_text", { type: "send", room: "a", id, text: "" }],
  ["bad_text", { type: "send", room: "a", id, text: "x".repeat(limits.textLength + 1) }],
] as const)("the refusal carries the code %s", (code, frame) => {
  const issues = clientFrame.safeParse(frame).error?.issues ?? [];
  expect(issues).toMatchObject([{ params: { code } }]);
  expect(errorCodes[code].duty).toBe("fix");
});

test("nothing that JSON can say makes the parser throw", () => {
  const type = fc.constantFrom(...valid.map((frame) => frame.type));
  const fields = fc.dictionary(fc.constantFrom("room", "id", "text", "token", "epoch", "after", "x"), fc.jsonValue());
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fc.tuple(type, fields)), (input) => {
      clientFrame.safeParse(Array.isArray(input) ? { ...Object(input[1]), type: input[0] } : input);
    }),
    { numRuns: 1_000 },
  );
});

test("the largest text fits into a frame, whatever its characters", () => {
  // A control is the longest a character becomes in JSON, but is refused; a CJK character is the longest in UTF-8.
  const text = "語".repeat(limits.textLength);
  const frame = JSON.stringify({ type: "send", room: "r".repeat(limits.roomNameLength), id, text });
  expect(clientFrame.safeParse(JSON.parse(frame)).success).toBe(true);
  expect(Buffer.byteLength(frame)).toBeLessThanOrEqual(limits.frameBytes);
});

test("every error code can stand in a frame of the server", () => {
  for (const [code, { message, duty }] of Object.entries(errorCodes))
    expect(serverFrame.safeParse({ type: "error", code, message, retry: duty === "retry" }).success).toBe(true);
});
