import fc from "fast-check";
import { expect, test } from "vitest";
import { limits } from "./limits.ts";
import { foldName, isMessageId, isRoomName, isText, parseName } from "./text.ts";

const anyText = fc.string({ unit: "binary", maxLength: 40 });

test.each([
  ["plain", "Bonjour à tous !"],
  ["of several lines, with a tab", "one\n\ttwo"],
  ["of one emoji made of several characters", "👩‍👩‍👧"],
  ["in a script that runs from right to left", "שלום עולם"],
  ["as long as allowed", "x".repeat(limits.textLength)],
])("a text %s is accepted", (_, text) => {
  expect(isText(text)).toBe(true);
});

test.each([
  ["empty", ""],
  ["of blanks only", " \n\t "],
  ["of characters that show as nothing", "\u200b\u2060\u00ad"],
  ["too long by one", "x".repeat(limits.textLength + 1)],
  ["with half of a surrogate pair, which no UTF-8 can carry", "a\ud83d"],
  ["with a null", "a\u0000"],
  ["with an escape sequence for a terminal", "\u001b[31mred"],
  ["with a carriage return, which hides a line's beginning in a log", "a\rb"],
  ["with a C1 control", "a\u009bb"],
  ["with a bidirectional override, which shows it as another text", "\u202egnp.exe"],
])("a text %s is refused", (_, text) => {
  expect(isText(text)).toBe(false);
});

test.each([
  ["  Zoé  ", "Zoé"],
  ["Zoe\u0301", "Zoé"],
  ["Jean \u00a0 Pierre", "Jean Pierre"],
  ["Ann ❤\ufe0f", "Ann ❤\ufe0f"],
  ["x".repeat(limits.nameLength), "x".repeat(limits.nameLength)],
])("the name %j is taken as %j", (typed, name) => {
  expect(parseName(typed)).toBe(name);
});

test.each([
  ["empty", ""],
  ["blank", " \u3000 "],
  ["too long", "x".repeat(limits.nameLength + 1)],
  ["of two lines", "a\nb"],
  ["with a tab inside", "a\tb"],
  ["with a joiner that shows as nothing", "an\u200dn"],
  ["of a filler that shows as nothing", "\u3164"],
  ["of a braille cell without dots", "\u2800"],
  ["of an emoji selector without an emoji", "\ufe0f"],
  ["with a mark of direction", "\u200fann"],
  ["with a private character", "\ue000"],
  ["with half of a surrogate pair", "\udc00"],
])("a name %s is refused", (_, typed) => {
  expect(parseName(typed)).toBeUndefined();
});

// Otherwise the name in the token would not be the one that was claimed.
test("a name that was taken is taken again as it is", () => {
  fc.assert(
    fc.property(anyText, (typed) => {
      const name = parseName(typed);
      if (name !== undefined) expect(parseName(name)).toBe(name);
    }),
  );
});

test.each([
  ["Ann", "ANN"],
  ["Ann", "Ａｎｎ"],
  ["Jean Pierre", "jeanpierre"],
  ["Straße", "STRASSE"],
  ["STRAẞE", "strasse"],
  ["ΟΔΟΣ", "οδοσ"],
  ["❤", "❤\ufe0f"],
])("%j and %j are one name", (one, other) => {
  expect(foldName(one)).toBe(foldName(other));
});

test("names that look different stay two", () => {
  expect(new Set(["Ann", "Anna", "Änn", "Ann2"].map(foldName)).size).toBe(4);
});

// The folded name is what is claimed: if folding again gave another, two people could hold one name.
test("folding is done once for every character, in upper or lower case", () => {
  const unstable: string[] = [];
  for (let code = 0; code <= 0x10ffff; code += 1) {
    const character = String.fromCodePoint(code);
    const folded = foldName(character);
    const same = [folded, character.toUpperCase(), character.toLowerCase()].every((one) => foldName(one) === folded);
    if (character.isWellFormed() && !same) unstable.push(code.toString(16));
  }
  expect(unstable).toEqual([]);
});

// An empty folded name would be one that all such people share.
test("a name that is taken never folds to nothing", () => {
  fc.assert(
    fc.property(anyText, (typed) => {
      const name = parseName(typed);
      if (name !== undefined) expect(foldName(name)).not.toBe("");
    }),
  );
});

test.each(["general", "a", "0", "team-1_x.y", "x".repeat(limits.roomNameLength)])("%s is a room's name", (room) => {
  expect(isRoomName(room)).toBe(true);
});

// A room's name becomes part of Redis keys and of paths.
test.each([
  "",
  "General",
  "-a",
  ".a",
  "_a",
  "__proto__",
  "a b",
  "a/b",
  "a}b",
  "a:b",
  "é",
  "a\n",
  "x".repeat(limits.roomNameLength + 1),
])("%j is no room's name", (room) => {
  expect(isRoomName(room)).toBe(false);
});

test("a message's id is a UUID in lower case and nothing around it", () => {
  const id = "0f8fad5b-d9cb-469f-a165-70867728950e";
  fc.assert(fc.property(fc.uuid(), isMessageId));
  for (const wrong of [id.toUpperCase(), ` ${id}`, `${id}\n`, `{${id}}`, id.replaceAll("-", ""), id.slice(1), ""])
    expect(isMessageId(wrong)).toBe(false);
});
