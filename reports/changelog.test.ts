import { expect, test } from "vitest";
import { formatCommitMessage } from "../bump/commit-message.ts";
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

// A bump's commit goes past the review: a subject that the check refuses would be in the history for good.
test.each([false, true])("the commit of a bump opens a release of its own (rollback: %s)", (rollback) => {
  const revision = "0123456789abcdef0123456789abcdef01234567";
  const release = { tag: `main-${revision}`, digest: `sha256:${"a".repeat(64)}`, revision, runNumber: 7 };
  const message = formatCommitMessage({ image: "server-chat", release, rollback, runLink: null });
  const commits = [commit(message.split("\n")[0] ?? "")];
  expect(findUnplaced(commits)).toEqual([]);
  expect(formatChangelog(commits)).toMatch(/^## .*server-chat.* main-0123456789ab \(2026-01-31\)$/m);
});
