import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, matchesGlob } from "node:path";
import { expect, test } from "vitest";
import { createCheckout } from "../checkout.ts";
import { root } from "../production.ts";
import { expression, step, type Workflow, workflow, workflows } from "./workflows.ts";

const recordPath = "config/images/server-chat.json";

/** Whether GitHub starts a workflow for a push to a branch that changes these paths. */
function startsOnPush({ on }: Workflow, branch: string, paths: readonly string[]): boolean {
  const { push } = on;
  if (push === undefined) return false;
  const { branches = [branch], paths: patterns } = push ?? {};
  const fits = patterns === undefined || paths.some((path) => patterns.some((pattern) => matchesGlob(path, pattern)));
  return branches.includes(branch) && fits;
}

const started = (paths: readonly string[]) =>
  Object.keys(workflows).filter((name) => startsOnPush(workflow(name), "main", paths));

/** What a bump commits: the record, and what a synthesis writes anew because of it. */
async function readBumpedPaths(): Promise<string[]> {
  using checkout = createCheckout();
  const before = checkout.rendered();
  const record = JSON.parse(readFileSync(join(checkout.path, recordPath), "utf8"));
  const revision = "5f0c19a7be42d1e88c6a7b3f9e2d4c5a6b7c8d9e";
  const release = { tag: `main-${revision}`, digest: `sha256:${"ab".repeat(32)}`, revision, runNumber: 4_000_000 };
  writeFileSync(join(checkout.path, recordPath), `${JSON.stringify({ ...record, release }, null, 2)}\n`);
  expect((await checkout.run(["synth"])).exitCode).toBe(0);
  const after = checkout.rendered();
  const paths = [...new Set([...before.keys(), ...after.keys()])];
  return [recordPath, ...paths.filter((path) => before.get(path) !== after.get(path))];
}

// An image that announces itself, is committed, and thereby builds the next image would never end.
test("the commit of a bump is checked, and builds no image", async () => {
  const paths = await readBumpedPaths();
  expect(paths.length).toBeGreaterThan(1);
  expect(started(paths)).toEqual(["check"]);
});

test("a change of the server builds an image, a change of the platform does not", () => {
  expect(started(["server-chat/src/server.ts"])).toEqual(["check", "image"]);
  expect(started(["charts/traefik.ts", "dist/production/traefik/x.yaml", "docs/a.md"])).toEqual(["check"]);
});

test("no other branch builds or deploys", () => {
  for (const one of Object.values(workflows))
    expect(startsOnPush(one, "feature", ["server-chat/src/server.ts"])).toBe(false);
});

// A library that is updated in the lock file alone would never reach the cluster.
test("a change of anything that the image is built from builds one", () => {
  const ignored = readFileSync(join(root, "server-chat/Dockerfile.dockerignore"), "utf8").split("\n");
  const sent = ignored.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
  expect(sent.length).toBeGreaterThan(5);
  for (const path of [...sent, "server-chat/Dockerfile"]) expect(started([path])).toContain("image");
});

// GitHub starts nothing for what its own token pushed (docs.github.com, GITHUB_TOKEN): the commit would go unchecked.
test("the bump pushes with an App's token, the only credentials in its job", () => {
  const { env } = step("update-image", "bump", "Bump");
  expect(env?.PUSH_TOKEN).toBe(expression("steps.app.outputs.token"));
  const asked = execFileSync("git", ["credential", "fill"], {
    input: "protocol=https\nhost=github.com\n\n",
    env: {
      PATH: process.env.PATH,
      ...env,
      GIT_CONFIG_COUNT: "1",
      PUSH_TOKEN: "token of the App",
      GIT_TERMINAL_PROMPT: "0",
    },
  });
  expect(asked.toString().split("\n")).toEqual(
    expect.arrayContaining(["username=x-access-token", "password=token of the App"]),
  );
  expect(workflow("update-image").text).not.toMatch(/github\.token|secrets\.GITHUB_TOKEN/);
});
