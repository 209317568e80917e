import { describe, expect, test } from "vitest";
import { findFaults } from "./workflow-faults.ts";
import { expression, parseWorkflow, workflow, workflows } from "./workflows.ts";

test("the five workflows are there", () => {
  expect(Object.keys(workflows)).toEqual(["check", "check-comment", "image", "scheduled", "update-image"]);
});

test.each(Object.entries(workflows))("%s.yml does nothing that is not allowed", (_, one) => {
  expect(findFaults(one)).toEqual([]);
});

// All that a stolen token of GitHub's own could write.
test("who may write what", () => {
  const rights = Object.entries(workflows).flatMap(([file, { jobs }]) =>
    Object.entries(jobs).flatMap(([id, { permissions = {} }]) =>
      Object.entries(permissions)
        .filter(([, level]) => level !== "read")
        .map(([right]) => `${file}/${id}: ${right}`),
    ),
  );
  expect(rights.sort()).toEqual([
    "check-comment/comment: pull-requests",
    "image/build: attestations",
    "image/build: id-token",
    "image/build: packages",
    "scheduled/scorecard: security-events",
  ]);
});

test("an action has the same commit everywhere", () => {
  const commits = new Map<string, Set<string>>();
  for (const { text } of Object.values(workflows)) {
    for (const [, action = "", commit = ""] of text.matchAll(/uses: (\S+)@(\S+ # \S+)/g))
      commits.set(action, (commits.get(action) ?? new Set()).add(commit));
  }
  expect(commits.size).toBeGreaterThan(8);
  expect([...commits].filter(([, found]) => found.size > 1)).toEqual([]);
});

describe("a workflow is refused", () => {
  const { text } = workflow("update-image");
  const commit = /checkout@([0-9a-f]{40})/.exec(text)?.[1] ?? "";
  test.each([
    ["# Why: ", "# ", "why it exists"],
    ["# Permissions: ", "# ", "why it has its permissions"],
    ["\npermissions: {}", "\npermissions: write-all", "without permissions of its own"],
    ["\nconcurrency:", "\nenv:", "may overlap"],
    ["    shell: bash", "    shell: sh", "pipe goes unseen"],
    ["  workflow_dispatch:", "  pull_request_target:\n  workflow_dispatch:", "a stranger's code"],
    [
      "    permissions:\n      contents: read # to check the repository out\n",
      "",
      "bump: it does not say its permissions",
    ],
    ["contents: read # to check the repository out", "contents: read", "no reason for contents: read"],
    ["    timeout-minutes: 15\n", "", "longer than 30 minutes"],
    ["timeout-minutes: 15", "timeout-minutes: 31", "longer than 30 minutes"],
    ["ubuntu-24.04", "ubuntu-latest", "may change by itself"],
    ["    environment: update-image\n", "", "not in an environment"],
    ["npm ci --ignore-scripts", `echo ${expression("github.event.client_payload.tag")}`, "written into the script"],
    [`actions/checkout@${commit}`, "actions/checkout@v7.0.1", "not pinned by its commit"],
    [`@${commit} # v7.0.1`, `@${commit}`, "which version that is"],
    ["persist-credentials: false", "persist-credentials: true", "stays on disk"],
    ["          permission-contents: write\n", "", "has all its rights"],
    ["          permission-contents", "          owner: me\n          permission-contents", "for every repository"],
  ])("with %j changed to %j", (from, to, fault) => {
    expect(text).toContain(from);
    expect(findFaults(parseWorkflow(text.replace(from, to))).join("\n")).toContain(fault);
  });
});
