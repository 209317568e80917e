import fc from "fast-check";
import { limits } from "../../src/protocol/limits.ts";

/** Few rooms, so that a fuzz does not measure how many rooms fit into memory. */
export const rooms = ["general", "constructor", "tostring", "0"] as const;

const room = fc.constantFrom(...rooms);
const id = fc.uuid();

const validFrame = fc.oneof(
  fc.record({ type: fc.constant("hello"), token: fc.constantFrom("a", "a.b.c", "..", "x".repeat(2048)) }),
  fc.record({ type: fc.constant("join"), room }),
  fc.record({
    type: fc.constant("join"),
    room,
    epoch: fc.string({ minLength: 1, maxLength: 32 }),
    after: fc.nat(),
    id,
  }),
  fc.record({ type: fc.constant("leave"), room }),
  fc.record({ type: fc.constant("typing"), room }),
  fc.record({ type: fc.constant("send"), room, id, text: fc.string({ minLength: 1, maxLength: 200 }) }),
  fc.record({ type: fc.constant("ping") }),
);

/** What a field may hold that nobody meant: other types, extreme numbers, halves of characters, names of prototypes. */
const strangeValue = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(
    null,
    -1,
    -0,
    0.1,
    2 ** 53,
    1e308,
    "",
    " ",
    "\u0000",
    "\ud800",
    "__proto__",
    "constructor",
    "a}b{c",
    "*",
    "x".repeat(limits.textLength + 1),
  ),
  fc.string({ unit: "binary", maxLength: 100 }),
);

const fieldName = fc.constantFrom("type", "room", "id", "text", "token", "epoch", "after", "toString", "constructor");

const changedFrame = fc
  .tuple(validFrame, fieldName, strangeValue, fc.boolean())
  .map(([frame, field, value, remove]) =>
    JSON.stringify(
      Object.fromEntries(Object.entries({ ...frame, [field]: value }).filter(([name]) => !(remove && name === field))),
    ),
  );

/** A frame's text with one stretch of characters replaced. */
const damagedText = fc
  .tuple(validFrame, fc.nat(), fc.nat({ max: 5 }), fc.string({ maxLength: 5 }))
  .map(([frame, at, length, put]) => {
    const text = JSON.stringify(frame);
    const from = at % text.length;
    return text.slice(0, from) + put + text.slice(from + length);
  });

const handMade = fc.constantFrom(
  "",
  " ",
  "null",
  "[]",
  "{}",
  "nul",
  '{"type":"ping"}{"type":"ping"}',
  '{"type":"ping","type":"hello"}',
  '{"type":"ping","__proto__":{"type":"join"}}',
  '{"__proto__":{"type":"ping"}}',
  '{"type":"send","room":"general","id":"0f8fad5b-d9cb-469f-a165-70867728950e","text":"\\ud800"}',
  '{"type":"join","room":"general","epoch":"e","after":1e999}',
  '{"type":"join","room":"general","epoch":"e","after":123456789012345678901234567890}',
  `{"type":"join","room":"general","epoch":"\\u0000\\ud800","after":9007199254740991}`,
  "[".repeat(limits.frameBytes),
  `${'{"a":'.repeat(3_000)}1${"}".repeat(3_000)}`,
  `{"type":"ping","a":${"[".repeat(8_000)}${"]".repeat(8_000)}}`,
  `{${Array.from({ length: 1_000 }, (_, at) => `"k${at}":${at}`).join(",")}}`,
  `"${"x".repeat(limits.frameBytes - 2)}"`,
);

/** Texts of frames, most of which the protocol does not know. */
export const frameText = fc
  .oneof(
    changedFrame,
    damagedText,
    handMade,
    fc.json(),
    validFrame.map((frame) => JSON.stringify(frame)),
  )
  // A longer one is refused by the WebSocket layer, which has tests of its own.
  .filter((text) => Buffer.byteLength(text) <= limits.frameBytes);
