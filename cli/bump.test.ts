import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { VerifyImage } from "../bump/image-verifier.ts";
import { formatRecord } from "../bump/record.ts";
import type { Request } from "../bump/request.ts";
import type { Release } from "../config/release.ts";
import { UserError } from "../config/user-error.ts";
import { createRemote, git, gitVariables } from "../test/git-remote.ts";
import { bump, openClone, openCode } from "./bump.ts";

const recordPath = "config/images/server-chat.json";
const repository = "ghcr.io/owner/name";
const releaseOf = (runNumber: number): Release => {
  const revision = runNumber.toString(16).padStart(40, "0");
  return { tag: `main-${revision}`, revision, digest: `sha256:${revision.padEnd(64, "a")}`, runNumber };
};
const event = (runNumber: number): Request => ({ kind: "event", release: releaseOf(runNumber) });
const rollback = (runNumber: number): Request => ({ kind: "rollback", tag: releaseOf(runNumber).tag });

/** A small repository whose synthesis copies the record into dist/, and the bump in a clone of it. */
function createWorld() {
  const remote = createRemote((folder) => {
    for (const path of ["config/images", "dist", "bootstrap"]) mkdirSync(join(folder, path), { recursive: true });
    writeFileSync(join(folder, recordPath), formatRecord({ repository, release: null }));
    for (const path of ["dist/record.json", "bootstrap/kept.yaml"]) writeFileSync(join(folder, path), "");
  });
  onTestFinished(() => remote[Symbol.dispose]());
  const root = remote.clone("clone");
  const verified: number[] = [];
  const accept: VerifyImage = async ({ release }) => void verified.push(release.runNumber);
  const code = {
    synth: async () => writeFileSync(join(root, "dist/record.json"), readFileSync(join(root, recordPath))),
    check: async () => {},
  };
  const run = async (request: Request, verify = accept) => {
    let printed = "";
    const context = {
      root,
      options: {},
      stdout: (text: string) => {
        printed += text;
      },
      stderr: () => {},
      isTerminal: false,
      signal: new AbortController().signal,
      nowMs: () => 0,
      variables: {
        ...gitVariables,
        GITHUB_SERVER_URL: "https://github.com",
        GITHUB_REPOSITORY: "owner/name",
        GITHUB_RUN_ID: "12",
      },
    };
    await bump(request, context, openClone(context, "main", code), verify);
    return printed;
  };
  const recorded = () =>
    (JSON.parse(git(remote.path, "show", `main:${recordPath}`)) as { release: Release | null }).release?.runNumber;
  return { remote, run, recorded, verified };
}

test("an event becomes a commit that says which image, and dist/ goes with it", async () => {
  const { remote, run, recorded } = createWorld();
  expect(await run(event(3))).toMatch(/^bumped: server-chat is main-0+3 of run 3, by commit [0-9a-f]{40}\n$/);
  expect(recorded()).toBe(3);
  expect(git(remote.path, "show", "main:dist/record.json")).toContain(releaseOf(3).digest);
  expect(git(remote.path, "log", "-1", "--format=%an: %B", "main").split("\n")).toEqual([
    "image bump: chore(release): server-chat main-000000000000",
    "",
    `Tag: ${releaseOf(3).tag}`,
    `Digest: ${releaseOf(3).digest}`,
    `Revision: ${releaseOf(3).revision}`,
    "Run-Number: 3",
    "Run: https://github.com/owner/name/actions/runs/12",
  ]);
});

test("what is recorded already, and what came late, ends well and says why", async () => {
  const { remote, run } = createWorld();
  await run(event(3));
  const head = git(remote.path, "rev-parse", "main");
  expect(await run(event(3))).toMatch(/^same: .*; nothing to do\n$/);
  expect(await run(event(2))).toMatch(/^stale: run 2 is not newer than run 3, .*; nothing to do\n$/);
  expect(git(remote.path, "rev-parse", "main")).toBe(head);
});

test("after a rollback no event brings back what ran, and the next new run goes on", async () => {
  const { run, recorded, verified } = createWorld();
  for (const request of [event(3), event(5), rollback(3)]) await run(request);
  expect(recorded()).toBe(3);
  expect(verified).toEqual([3, 5, 3]);
  for (const late of [4, 5]) expect(await run(event(late))).toMatch(/^stale: /);
  expect(recorded()).toBe(3);
  await run(event(6));
  expect(recorded()).toBe(6);
});

test("nor does one after somebody reverted the bump's commit", async () => {
  const { remote, run, recorded } = createWorld();
  for (const request of [event(3), event(5)]) await run(request);
  const person = remote.clone("person");
  git(person, "revert", "--no-edit", "HEAD");
  git(person, "push", "--quiet", "origin", "HEAD:main");
  expect(recorded()).toBe(3);
  expect(await run(event(5))).toMatch(/^stale: /);
  expect(recorded()).toBe(3);
});

test("a rollback goes to what main recorded, and only to an image that is still verified", async () => {
  const { run, recorded } = createWorld();
  for (const request of [event(3), event(5)]) await run(request);
  await expect(run(rollback(4))).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining("No commit") });
  const gone = async () => {
    throw new UserError("is not in the registry", { remedy: "" });
  };
  await expect(run(rollback(3), gone)).rejects.toThrow("is not in the registry");
  expect(recorded()).toBe(5);
});

// What synthesises and checks comes from the branch and from the registry of packages: neither has to push anything.
test("the code of the branch is not given what git needs to push", async () => {
  const root = mkdtempSync(join(tmpdir(), "bump-code-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, "cli"));
  writeFileSync(join(root, "package-lock.json"), "{}");
  writeFileSync(join(root, "cli/start.js"), "console.log(Object.keys(process.env).join()); process.exitCode = 1;");
  const variables = { PATH: process.env.PATH, KEPT: "1", PUSH_TOKEN: "secret", GIT_CONFIG_COUNT: "1" };
  const { signal } = new AbortController();
  const context = { root, options: {}, stdout() {}, stderr() {}, isTerminal: false, signal, nowMs: () => 0, variables };
  const { message } = (await openCode(context)
    .check()
    .catch((error: Error) => error)) as Error;
  expect(message).toContain("KEPT");
  expect(message).not.toMatch(/PUSH_TOKEN|GIT_CONFIG/);
});
