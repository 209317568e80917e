import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createRemote, git, gitVariables } from "../test/git-remote.ts";
import { createGit, readObjects } from "./git.ts";

const texts = { empty: "", lines: "one\n\ntwo", many: "é".repeat(70_000), header: "blob 7\n" };

function createClone(variables: Readonly<Record<string, string | undefined>> = gitVariables) {
  const remote = createRemote((folder) => {
    for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text);
  });
  onTestFinished(() => remote[Symbol.dispose]());
  const cwd = remote.clone("clone");
  return { cwd, program: createGit({ cwd, variables, signal: new AbortController().signal }) };
}

test("objects are read whole and in order, whatever is in them; what is missing is left out", async () => {
  const { program } = createClone();
  const names = ["HEAD:many", "HEAD:nowhere", "HEAD:empty", "HEAD:header", "HEAD:lines"];
  expect(await readObjects(program, names)).toEqual([texts.many, texts.empty, texts.header, texts.lines]);
  expect(await readObjects(program, [])).toEqual([]);
});

test("a failure has git's words, in English on every machine", async () => {
  const { program } = createClone({ ...gitVariables, LANG: "fr_FR.UTF-8", LC_ALL: "fr_FR.UTF-8" });
  await expect(program.run(["rev-parse", "--verify", "nowhere"])).rejects.toMatchObject({
    exitCode: 3,
    message: expect.stringContaining("git rev-parse failed: fatal: Needed a single revision"),
  });
});

test("what a machine says of the author does not matter", async () => {
  const { cwd } = createClone();
  const author = { name: "somebody", email: "somebody@example.com" };
  const program = createGit({ cwd, variables: gitVariables, signal: new AbortController().signal, author });
  await program.run(["commit", "--quiet", "--allow-empty", "--message=area: a sentence"]);
  expect(git(cwd, "show", "--no-patch", "--format=%an %ae %cn %ce")).toBe(
    "somebody somebody@example.com somebody somebody@example.com",
  );
});

test("an interruption ends a running git", async () => {
  const { cwd } = createClone();
  const interruption = new AbortController();
  const program = createGit({ cwd, variables: gitVariables, signal: interruption.signal });
  const waiting = program.run(["-c", "alias.hang=!touch started; exec sleep 60", "hang"]);
  await expect.poll(() => existsSync(join(cwd, "started"))).toBe(true);
  interruption.abort(new Error("interrupted"));
  await expect(waiting).rejects.toThrow("interrupted");
  await expect(program.run(["version"])).rejects.toThrow("interrupted");
});
