import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { author } from "../bump/commit-message.ts";
import { createRemote, git, gitVariables } from "../test/git-remote.ts";
import { createGit } from "./git.ts";
import { createReleaseClone } from "./release-clone.ts";

const recordPath = "config/images/server-chat.json";

function createWorld() {
  const remote = createRemote((folder) => {
    for (const path of ["config/images", "dist"]) mkdirSync(join(folder, path), { recursive: true });
    writeFileSync(join(folder, recordPath), "first\n");
    writeFileSync(join(folder, "dist/old.yaml"), "first\n");
    writeFileSync(join(folder, "README.md"), "first\n");
  });
  onTestFinished(() => remote[Symbol.dispose]());
  const open = (name: string) => {
    const root = remote.clone(name);
    const { signal } = new AbortController();
    const program = createGit({ cwd: root, variables: gitVariables, signal, author });
    const code = {
      synth: async () => {
        git(root, "rm", "--quiet", "--cached", "dist/old.yaml");
        writeFileSync(join(root, "dist/old.yaml"), "");
        writeFileSync(join(root, "dist/new.yaml"), readFileSync(join(root, recordPath)));
      },
      check: async () => {},
    };
    return {
      root,
      clone: createReleaseClone({ root, git: program, code, branch: "main", recordPath, rendered: ["dist"] }),
    };
  };
  /** A bump up to its commit. */
  const prepare = async ({ clone }: ReturnType<typeof open>, text: string) => {
    const { commit } = await clone.fetch();
    await clone.reset(commit);
    await clone.writeRecord(text);
    await clone.synth();
    return clone.commit(`chore(release): ${text}`);
  };
  /** Somebody else's commit. */
  const land = (name: string, path: string, text: string) => {
    const root = existsSync(join(remote.folder, name)) ? join(remote.folder, name) : remote.clone(name);
    git(root, "pull", "--quiet");
    writeFileSync(join(root, path), text);
    git(root, "commit", "--quiet", "--all", "--message=area: somebody else's");
    git(root, "push", "--quiet", "origin", "HEAD:main");
  };
  return { remote, open, prepare, land };
}

test("one commit brings record and rendered files, by the bump's own author", async () => {
  const { remote, open, prepare } = createWorld();
  const one = open("one");
  const commit = await prepare(one, "second\n");
  expect(await one.clone.push(commit)).toBe("pushed");
  expect(await one.clone.remoteHas(commit)).toBe(true);
  const shown = git(remote.path, "show", "--no-renames", "--format=%an <%ae> %cn", "--name-status", "main");
  expect(shown.split("\n")).toEqual([
    `${author.name} <${author.email}> ${author.name}`,
    "",
    `M\t${recordPath}`,
    "A\tdist/new.yaml",
    "M\tdist/old.yaml",
  ]);
});

test("the history of the record comes with the head, the latest first", async () => {
  const { open, land } = createWorld();
  land("other", recordPath, "second\n");
  land("other", "README.md", "not the record\n");
  land("other", recordPath, "third\n");
  const { record, earlier } = await open("one").clone.fetch();
  expect(record).toBe("third\n");
  expect(earlier).toEqual(["third\n", "second\n", "first\n"]);
});

test("a record that somebody removed is not the one before", async () => {
  const { remote, open } = createWorld();
  const person = remote.clone("person");
  git(person, "rm", "--quiet", recordPath);
  git(person, "commit", "--quiet", "--message=area: no more image");
  git(person, "push", "--quiet", "origin", "HEAD:main");
  expect(await open("one").clone.fetch()).toMatchObject({ record: undefined, earlier: ["first\n"] });
});

test("of two that push, the second is told that it raced, and loses nothing of the first", async () => {
  const { remote, open, prepare } = createWorld();
  const [one, two] = [open("one"), open("two")];
  const first = await prepare(one, "of one\n");
  const second = await prepare(two, "of two\n");
  expect(await one.clone.push(first)).toBe("pushed");
  expect(await two.clone.push(second)).toBe("raced");
  expect(await two.clone.remoteHas(second)).toBe(false);
  expect(git(remote.path, "rev-parse", "main")).toBe(first);
});

test("a push that the remote refuses for another reason is a failure with its words", async () => {
  const { remote, open, prepare } = createWorld();
  const hook = "#!/bin/sh\necho 'the branch is frozen' >&2\nexit 1\n";
  writeFileSync(join(remote.path, "hooks/pre-receive"), hook, { mode: 0o755 });
  const one = open("one");
  const commit = await prepare(one, "second\n");
  await expect(one.clone.push(commit)).rejects.toMatchObject({
    exitCode: 3,
    message: expect.stringContaining("frozen"),
  });
});

test("a remote that is away is a failure of the outside world", async () => {
  const { remote, open } = createWorld();
  const { root, clone } = open("one");
  git(root, "remote", "set-url", "origin", join(remote.folder, "nowhere"));
  await expect(clone.fetch()).rejects.toMatchObject({
    exitCode: 3,
    message: expect.stringContaining("git fetch failed"),
  });
});

test("what a killed bump left is dropped: written files, and a commit that was never pushed", async () => {
  const { remote, open, prepare } = createWorld();
  const one = open("one");
  await prepare(one, "never pushed\n");
  await one.clone.writeRecord("half-made\n");
  writeFileSync(join(one.root, "dist/stray.yaml"), "");
  const commit = await prepare(one, "second\n");
  expect(await one.clone.push(commit)).toBe("pushed");
  expect(git(remote.path, "show", `main:${recordPath}`)).toBe("second");
  expect(git(remote.path, "rev-list", "--count", "main")).toBe("2");
});

// A person may run it in the checkout that they work in.
test("changes of a person are not dropped, nor is their branch moved", async () => {
  const { open, land } = createWorld();
  const { root, clone } = open("one");
  land("other", "README.md", "second\n");
  const before = git(root, "rev-parse", "main");
  const { commit } = await clone.fetch();
  writeFileSync(join(root, "README.md"), "half a sentence");
  await expect(clone.reset(commit)).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining("README.md"),
  });
  expect(readFileSync(join(root, "README.md"), "utf8")).toBe("half a sentence");
  git(root, "checkout", "--quiet", "README.md");
  await clone.reset(commit);
  expect(readFileSync(join(root, "README.md"), "utf8")).toBe("second\n");
  expect(git(root, "rev-parse", "main")).toBe(before);
});

// Without the history the guard would let an old release in again.
test("a shallow clone is refused", async () => {
  const { remote, open, land } = createWorld();
  land("other", recordPath, "second\n");
  const { root, clone } = open("one");
  git(root, "fetch", "--quiet", "--depth=1", `file://${remote.path}`, "main");
  await expect(clone.fetch()).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining("shallow") });
});

test("hooks of the clone do not run", async () => {
  const { open, prepare } = createWorld();
  const one = open("one");
  for (const hook of ["pre-commit", "pre-push", "post-checkout"])
    writeFileSync(join(one.root, ".git/hooks", hook), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  expect(await one.clone.push(await prepare(one, "second\n"))).toBe("pushed");
});
