import { expect, test } from "vitest";
import { formatCommitMessage, formatRunLink } from "./commit-message.ts";

const revision = "0123456789abcdef0123456789abcdef01234567";
const release = { tag: `main-${revision}`, digest: `sha256:${"a".repeat(64)}`, revision, runNumber: 7 };
const variables = { GITHUB_SERVER_URL: "https://github.com", GITHUB_REPOSITORY: "owner/name", GITHUB_RUN_ID: "12" };

test("the message is a conventional commit that says what runs and where it comes from", () => {
  const runLink = formatRunLink(variables);
  const message = formatCommitMessage({ image: "server-chat", release, rollback: false, runLink });
  expect(message).toBe(`chore(release): server-chat main-0123456789ab

Tag: main-${revision}
Digest: ${release.digest}
Revision: ${revision}
Run-Number: 7
Run: https://github.com/owner/name/actions/runs/12
`);
});

test("a rollback says that it is one", () => {
  const message = formatCommitMessage({ image: "server-chat", release, rollback: true, runLink: null });
  expect(message).toMatch(/^chore\(release\): roll server-chat back to main-0123456789ab\n/);
  expect(message).toContain("Run: none, started by hand\n");
});

test.each([
  ["outside of a workflow", {}],
  ["with a repository that is none", { ...variables, GITHUB_REPOSITORY: "owner/name\nTag: main-other" }],
  ["with a run that is none", { ...variables, GITHUB_RUN_ID: "twelve" }],
])("%s there is no link", (_, wrong) => {
  expect(formatRunLink(wrong)).toBeNull();
});
