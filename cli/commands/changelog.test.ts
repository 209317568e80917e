import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { step } from "../../test/workflows/workflows.ts";
import { run } from "../run.ts";

const variables = {
  PATH: process.env.PATH,
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_AUTHOR_NAME: "somebody",
  GIT_AUTHOR_EMAIL: "somebody@example.org",
  GIT_COMMITTER_NAME: "somebody",
  GIT_COMMITTER_EMAIL: "somebody@example.org",
  // An hour before midnight in Greenwich, a day later where it was committed.
  GIT_COMMITTER_DATE: "2026-02-01T04:00:00+05:00",
};

/** A repository with a commit for each subject, the first one first. */
function createRepository(...subjects: readonly string[]) {
  const root = mkdtempSync(join(tmpdir(), "changelog-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const git = (...args: readonly string[]) => execFileSync("git", args, { cwd: root, env: variables });
  git("init", "-q");
  for (const subject of subjects) git("commit", "-q", "--allow-empty", "-m", subject);
  return {
    root,
    git,
    async changelog(...args: readonly string[]) {
      const printed = { stdout: "", stderr: "" };
      const code = await run(["changelog", ...args], {
        root,
        variables,
        signal: new AbortController().signal,
        isTerminal: false,
        nowMs: () => 0,
        stdout: (text) => {
          printed.stdout += text;
        },
        stderr: (text) => {
          printed.stderr += text;
        },
      });
      return { code, ...printed };
    },
  };
}

test("the whole history, or what a ref does not have", async () => {
  const { changelog } = createRepository("charts: one", "chore(release): server-chat main-0", "docs: two");
  const whole = await changelog();
  expect(whole.code).toBe(0);
  expect(whole.stdout).toMatch(
    /### docs\n\n- two \(.{7}\)\n\n## server-chat main-0 \(2026-01-31\)\n\n### charts\n\n- one/,
  );
  const { stdout } = await changelog("--since", "HEAD~1");
  expect(stdout).toContain("- two");
  expect(stdout).not.toContain("- one");
});

test("a subject without an area is a finding that names the commit", async () => {
  const { changelog, git } = createRepository("charts: one", "Fix stuff.");
  const { code, stderr } = await changelog();
  expect(code).toBe(1);
  const id = git("rev-parse", "HEAD").toString().slice(0, 7);
  expect(stderr).toBe(`${id} "Fix stuff.": expected \`area: sentence\`, in lower case and without a full stop\n`);
});

// The one who wrote a subject can still change it there; what is on the branch already is nobody's to change.
test("a pull request is asked about its own commits, which are in the merge that is checked out", async () => {
  const { run: script = "" } = step("check", "check", "Every commit names what it changes");
  const args = script.replace("npm run --silent changelog -- ", "").split(" ");
  const { changelog, git } = createRepository("Old and bad.", "charts: one");
  const base = git("rev-parse", "HEAD").toString().trim();
  const merge = async (subject: string) => {
    git("checkout", "-q", "-B", "feature", base);
    git("commit", "-q", "--allow-empty", "-m", subject);
    git("checkout", "-q", "--detach", base);
    git("merge", "-q", "--no-ff", "-m", "Merge feature into main", "feature");
    return (await changelog(...args)).code;
  };
  expect(args).toEqual(["--since", "HEAD^1"]);
  expect(await merge("charts: two")).toBe(0);
  expect(await merge("Two.")).toBe(1);
});

test("a ref that is none, or an option in disguise, is refused", async () => {
  const { changelog } = createRepository("charts: one");
  for (const ref of ["nowhere", "--output=file"]) {
    const { code, stderr } = await changelog(`--since=${ref}`);
    expect(code, ref).toBe(2);
    expect(stderr).toContain("git log failed");
  }
});

test("a shallow clone is refused: its history ends somewhere", async () => {
  const { root, git, changelog } = createRepository("charts: one", "charts: two");
  // Where git keeps the commits whose parents it does not have.
  writeFileSync(join(root, ".git", "shallow"), git("rev-parse", "HEAD"));
  const { code, stderr } = await changelog();
  expect(code).toBe(2);
  expect(stderr).toContain("shallow");
});
