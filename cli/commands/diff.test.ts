import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { run } from "../run.ts";

const folder = "dist/production/chat";
const file = `${folder}/Deployment.a.chat.yaml`;
const deployment = (image: string, replicas = 2) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: chat, namespace: a }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: chat } }
  template:
    metadata: { labels: { app: chat } }
    spec: { containers: [{ name: chat, image: ${image} }] }
`;

function createClone() {
  const root = mkdtempSync(join(tmpdir(), "diff-test-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=A test", "-c", "user.email=test@example.org", ...args], { cwd: root });
  const write = (text: string) => writeFileSync(join(root, file), text);
  git("init", "--quiet", "--initial-branch=main");
  mkdirSync(join(root, folder), { recursive: true });
  mkdirSync(join(root, "bootstrap"));
  write(deployment("chat:1"));
  git("add", "--all");
  git("commit", "--quiet", "--message=first");
  return {
    root,
    git,
    write,
    async diff(...args: string[]) {
      const printed = { stdout: "", stderr: "" };
      const code = await run(["diff", ...args], {
        root,
        stdout: (text) => {
          printed.stdout += text;
        },
        stderr: (text) => {
          printed.stderr += text;
        },
        isTerminal: false,
        signal: new AbortController().signal,
        nowMs: () => 0,
        variables: process.env,
      });
      return { code, ...printed };
    },
  };
}

test("the working tree is compared with HEAD, and two commits with each other", async () => {
  const { git, write, diff } = createClone();
  expect(await diff("--exit-code")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("nothing differs") as unknown,
  });
  write(deployment("chat:2"));
  const found = await diff("--exit-code");
  expect(found.code).toBe(1);
  expect(found.stdout).toContain("spec.template.spec.containers[chat].image");
  expect(found.stdout).toContain("Kubernetes replaces its 2 pods");
  git("commit", "--all", "--quiet", "--message=second");
  expect((await diff()).stdout).toContain("nothing differs");
  expect((await diff("HEAD~1..HEAD")).stdout).toContain("+ chat:2");
  expect((await diff("HEAD..HEAD~1")).stdout).toContain("- chat:2");
});

// A pipeline stops for what its owners chose, and for nothing else.
test("--fail-on fails for the risk that it names", async () => {
  const { write, diff } = createClone();
  write(deployment("chat:2"));
  expect((await diff("--fail-on", "deletes-data")).code).toBe(0);
  expect((await diff("--fail-on", "deletes-data", "--fail-on", "restarts-pods")).code).toBe(1);
});

test("--json has everything that the text has", async () => {
  const { write, diff } = createClone();
  write(deployment("chat:1", 3));
  expect(JSON.parse((await diff("--json")).stdout)).toMatchObject({
    after: "working tree",
    risks: {},
    objects: [
      {
        object: "apps/v1 Deployment a/chat",
        change: "changed",
        fields: [{ field: "spec.replicas", before: 2, after: 3 }],
      },
    ],
  });
});

test("--markdown is a comment", async () => {
  const { write, diff } = createClone();
  write(deployment("chat:2"));
  const { stdout } = await diff("--markdown");
  expect(stdout).toMatch(/^### .*\| restarts-pods \| 1 \|.*<details>.*```diff.*<\/details>\n$/s);
});

test.each([
  ["an unknown risk", ["--fail-on", "everything"]],
  ["two formats", ["--json", "--markdown"]],
  ["two words", ["HEAD", "HEAD"]],
  ["an unknown commit", ["nowhere"]],
  ["three commits", ["a..b..c"]],
  ["three dots", ["HEAD...HEAD"]],
  ["half a pair", ["HEAD.."]],
])("%s is usage", async (_, args) => {
  const { diff } = createClone();
  expect((await diff(...args)).code).toBe(2);
});

test("outside of a clone, the outside world is to blame", async () => {
  const { root, diff } = createClone();
  rmSync(join(root, ".git"), { recursive: true });
  const { code, stderr } = await diff();
  expect([code, stderr]).toEqual([3, expect.stringContaining("not a git repository")]);
});
