import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type ApiRequest, startGithubApi } from "./github.ts";
import { createFolder, createRunner, type ScriptResult } from "./run-script.ts";
import { expression, job, step, workflow } from "./workflows.ts";

const sha = "5f0c19a7be42d1e88c6a7b3f9e2d4c5a6b7c8d9e";
const marker = "<!-- check-comment -->";
const repository = "repos/owner/platform";

interface World {
  readonly pulls?: readonly object[];
  readonly artifacts?: readonly object[];
  readonly archive?: Buffer;
  readonly comments?: readonly object[];
  readonly env?: Readonly<Record<string, string>>;
}

/** An archive as upload-artifact makes it, or as somebody else does. */
function zip(files: Readonly<Record<string, string>>): Buffer {
  const folder = createFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  execFileSync("zip", ["-q", "archive.zip", ...Object.keys(files)], { cwd: folder });
  return readFileSync(join(folder, "archive.zip"));
}

/** Runs the three steps of the job, each under its condition, against a GitHub that is as told. */
async function comment(world: World) {
  const { pulls = [{ number: 7, head: { sha } }], artifacts = [{ id: 5, expired: false, size_in_bytes: 900 }] } = world;
  const { archive = zip({ "diff.md": "Restarts 2 pods.\n" }), comments = [], env = {} } = world;
  const github = await startGithubApi(({ method, path }) => {
    if (method !== "GET") return {};
    if (path.startsWith(`${repository}/pulls?`)) return pulls;
    if (path.startsWith(`${repository}/actions/runs/11/artifacts?`)) return { artifacts };
    if (path === `${repository}/actions/artifacts/5/zip`) return archive;
    return path === `${repository}/issues/7/comments` ? comments : undefined;
  });
  onTestFinished(() => github.stop());
  const runner = createRunner(github.url);
  const variables = {
    GH_TOKEN: "token",
    GITHUB_REPOSITORY: "owner/platform",
    GITHUB_SERVER_URL: "https://github.com",
    RUN_ID: "11",
    HEAD_OWNER: "stranger",
    HEAD_BRANCH: "patch",
    HEAD_SHA: sha,
    ...env,
  };
  const run = (name: string, more: Readonly<Record<string, string>> = {}) =>
    runner.run(step("check-comment", "comment", name).run ?? "", { ...variables, ...more });
  const results: ScriptResult[] = [await run("Find the pull request")];
  const number = results[0]?.outputs.number ?? "";
  if (number !== "") results.push(await run("Read the diff"));
  if (results[1]?.outputs.read === "true") results.push(await run("Write the comment", { NUMBER: number }));
  const writes = github.requests.filter(({ method }) => method !== "GET");
  return {
    results,
    exitCodes: results.map(({ exitCode }) => exitCode),
    requests: github.requests,
    writes,
    folder: runner.folder,
  };
}

const bodyOf = (request: ApiRequest | undefined) =>
  (request?.body as { readonly body: string } | undefined)?.body ?? "";

test("the diff becomes a comment on the pull request whose newest commit was checked", async () => {
  const { exitCodes, requests, writes } = await comment({});
  expect(exitCodes).toEqual([0, 0, 0]);
  expect(requests[0]?.path).toBe(`${repository}/pulls?state=open&head=stranger%3Apatch`);
  expect(writes).toMatchObject([{ method: "POST", path: `${repository}/issues/7/comments` }]);
  expect(bodyOf(writes[0])).toMatch(
    new RegExp(`^${marker}\n.*https://github.com/owner/platform/actions/runs/11.*${sha}`),
  );
  expect(bodyOf(writes[0])).toContain("\n\nRestarts 2 pods.\n");
});

test("the comment is updated in place, and a stranger's with the same mark is left alone", async () => {
  const { writes } = await comment({
    comments: [
      { id: 1, user: { login: "stranger" }, body: `${marker} mine` },
      { id: 2, user: { login: "github-actions[bot]" }, body: "Something else" },
      { id: 3, user: { login: "github-actions[bot]" }, body: `${marker}\nolder` },
    ],
  });
  expect(writes).toMatchObject([{ method: "PATCH", path: `${repository}/issues/comments/3` }]);
});

// A run that ends after the next push speaks of what is no longer there.
test("a pull request that has moved on, or is closed, gets none", async () => {
  for (const pulls of [[], [{ number: 7, head: { sha: "0".repeat(40) } }]]) {
    const { exitCodes, writes } = await comment({ pulls });
    expect(exitCodes).toEqual([0]);
    expect(writes).toEqual([]);
  }
});

test("a run that left no diff gets none", async () => {
  for (const artifacts of [
    [],
    [{ id: 5, expired: true, size_in_bytes: 900 }],
    [{ id: 5, expired: false, size_in_bytes: 2e9 }],
  ])
    expect(await comment({ artifacts })).toMatchObject({ exitCodes: [0, 0], writes: [] });
});

test("a text that is no diff of ours is refused", async () => {
  const archives = [
    zip({ "diff.md": "" }),
    zip({ "diff.md": "a".repeat(60_001) }),
    zip({ "other.md": "text" }),
    Buffer.from("no zip"),
  ];
  for (const archive of archives) expect(await comment({ archive })).toMatchObject({ exitCodes: [0, 1], writes: [] });
});

test("the largest diff is posted whole", async () => {
  const { writes } = await comment({ archive: zip({ "diff.md": "a".repeat(60_000) }) });
  expect(bodyOf(writes[0])).toContain("a".repeat(60_000));
  // GitHub's own limit of a comment.
  expect(bodyOf(writes[0]).length).toBeLessThan(65_536);
});

test("what grows by taking the mentions out is cut to what GitHub takes", async () => {
  const { writes } = await comment({ archive: zip({ "diff.md": "@a ".repeat(19_000) }) });
  const { length } = bodyOf(writes[0]);
  expect(length).toBeGreaterThan(60_000);
  expect(length).toBeLessThan(65_536);
});

// The pull request's own code wrote the text and named the branch.
test("what a stranger wrote is shown, and neither run nor obeyed", async () => {
  const text = `$(touch pwned) "; touch pwned; '; touch pwned; ${expression("github.token")}\n@owner look, tag@sha256:1\n`;
  const archive = zip({ "diff.md": text, "step-4.sh": "touch pwned", number: "1" });
  const branch = '$(touch pwned)"; touch pwned; echo "&state=all';
  const { exitCodes, requests, writes, folder } = await comment({ archive, env: { HEAD_BRANCH: branch } });
  expect(exitCodes).toEqual([0, 0, 0]);
  expect(new URL(`http://x/${requests[0]?.path}`).searchParams.getAll("state")).toEqual(["open"]);
  expect(writes).toHaveLength(1);
  // Nobody is notified in our name; a digest stays as it is.
  expect(bodyOf(writes[0])).toContain(text.replace("@owner", "@\u200bowner"));
  expect(readdirSync(folder).sort()).toEqual(
    [
      "bin",
      "comment.json",
      "diff.md",
      "diff.zip",
      ...["output", "step"].flatMap((name) => [1, 2, 3].map((n) => `${name}-${n}${name === "step" ? ".sh" : ""}`)),
    ].sort(),
  );
});

test("the half that may write checks nothing out and starts no action", () => {
  expect(job("check-comment", "comment").steps.filter(({ uses }) => uses !== undefined)).toEqual([]);
  expect(workflow("check-comment").on).toEqual({
    workflow_run: { workflows: [workflow("check").name], types: ["completed"] },
  });
});

test("it reads what check.yml keeps, under that name", () => {
  const inputs = step("check", "diff", "Keep it for check-comment.yml").with;
  expect(inputs).toMatchObject({ name: "diff", path: "diff.md" });
  expect(step("check-comment", "comment", "Read the diff").run).toContain(`-f name=${inputs?.name}`);
});
