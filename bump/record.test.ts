import { expect, test } from "vitest";
import { formatRecord, parsePast } from "./record.ts";

const revision = "0123456789abcdef0123456789abcdef01234567";
const release = { tag: `main-${revision}`, digest: `sha256:${"a".repeat(64)}`, revision, runNumber: 7 };
const repository = "ghcr.io/owner/name";
const path = "config/images/server-chat.json";

test("what is written is read back", () => {
  const text = formatRecord({ repository, release });
  expect(text.endsWith("}\n")).toBe(true);
  expect(parsePast(path, text, [])).toEqual({ repository, recorded: release, releases: [release] });
});

test("before the first release there is none", () => {
  const past = parsePast(path, formatRecord({ repository, release: null }), []);
  expect(past).toEqual({ repository, recorded: null, releases: [] });
});

test("the record of the commit must be good; of older ones the good ones count", () => {
  const good = formatRecord({ repository, release });
  expect(parsePast(path, good, ["<<<<<<< HEAD", good]).releases).toEqual([release, release]);
  expect(() => parsePast(path, "<<<<<<< HEAD", [good])).toThrow(path);
});

// Somebody took the image out; a late event must not bring it back.
test("a record that was removed stays removed", () => {
  expect(() => parsePast(path, undefined, [formatRecord({ repository, release })])).toThrow(path);
});
