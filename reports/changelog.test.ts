import { expect, test } from "vitest";
import { findUnplaced, formatChangelog } from "./changelog.ts";

const commit = (subject: string, id = "0123456789", date = "2026-01-31") => ({ id: id.padEnd(40, "0"), date, subject });

// A release is what reached production: what was committed before it is in it, what came later is not.
test("commits stand under the release that brought them, by area", () => {
  const text = formatChangelog([
    commit("docs: how to roll back", "ddddddd"),
    commit("chore(release): server-chat main-0123456789ab", "ccccccc", "2026-02-01"),
    commit("server-chat: a second", "bbbbbbb"),
    commit("charts: one", "aaaaaaa"),
    commit("server-chat: a first", "9999999"),
    commit("chore(release): server-chat main-000000000000", "8888888", "2026-01-30"),
  ]);
  expect(text).toBe(`# Changelog

## Not released

### docs

- how to roll back (ddddddd)

## server-chat main-0123456789ab (2026-02-01)

### charts

- one (aaaaaaa)

### server-chat

- a second (bbbbbbb)
- a first (9999999)

## server-chat main-000000000000 (2026-01-30)
`);
});

test("nothing is said of commits on their way when there are none", () => {
  expect(formatChangelog([commit("chore(release): server-chat main-0123456789ab")])).not.toContain("Not released");
});

test.each([
  "charts: one thing",
  "cli, ci: one thing",
  "fix(e2e)!: one thing",
  'Revert "charts: one thing"',
  'Reapply "charts: one thing"',
])("%s has its place", (subject) => {
  expect(findUnplaced([commit(subject)])).toEqual([]);
});

test.each(["one thing", "Charts: one thing", "charts : one thing", "charts:", "charts: ", "charts: one thing.", "wip"])(
  "%s has none, and is not lost either",
  (subject) => {
    expect(findUnplaced([commit(subject)])).toEqual([commit(subject)]);
    expect(formatChangelog([commit(subject)])).toContain(`### other\n\n- ${subject} (0123456)`);
  },
);
