import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../production.ts";
import { workflows } from "./workflows.ts";

/** Rows of a table in the documentation whose first cell is a name in code, by that name. */
function readRows(heading: string): string[] {
  const text = readFileSync(join(root, "docs/explanation/pipeline.md"), "utf8");
  const [, section = ""] = text.split(`## ${heading}\n`);
  return [...(section.split("\n## ")[0] ?? "").matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name = ""]) => name);
}

const named = (text: string, context: string) =>
  [...text.matchAll(new RegExp(`\\b${context}\\.([A-Za-z_]+)`, "g"))].map(([, name = ""]) => name);
const all = Object.values(workflows).map(({ text }) => text);

test("every secret and every variable is in the documentation, and no other", () => {
  const used = new Set([
    ...all.flatMap((text) => named(text, "secrets")),
    ...all.flatMap((text) => named(text, "vars")),
  ]);
  expect(used.size).toBeGreaterThan(5);
  expect(readRows("Every secret").sort()).toEqual([...used].sort());
});

// GitHub gives a fork's pull request no secrets, unless a workflow of ours hands them on.
test("no workflow that a fork can start knows a secret", () => {
  const started = Object.entries(workflows).filter(([, { on }]) =>
    ["pull_request", "pull_request_target", "workflow_run", "issues", "issue_comment"].some((event) => event in on),
  );
  expect(started.map(([name]) => name)).toEqual(["check", "check-comment"]);
  for (const [, { text, jobs }] of started) {
    expect(text).not.toContain("secrets");
    for (const job of Object.values(jobs)) expect(job.environment).toBeUndefined();
  }
});

// A secret in a variable of the job is one for every program that any step starts.
test("a key goes into the one step that makes a token of it, and the token into those that need it", () => {
  for (const { jobs } of Object.values(workflows)) {
    for (const job of Object.values(jobs)) {
      const places = [
        job.env ?? {},
        ...job.steps.map((step) => (step.uses?.includes("create-github-app-token@") ? {} : step)),
      ];
      expect(JSON.stringify(places)).not.toContain("secrets.");
      expect(JSON.stringify(job.env ?? {})).not.toContain(".outputs.token");
    }
  }
});

// Who holds the key that announces must not be able to push past the review.
test("the three Apps have nothing in common", () => {
  const keys = Object.entries(workflows).flatMap(([file, { jobs }]) =>
    Object.values(jobs).flatMap(({ environment, steps }) =>
      steps
        .filter(({ uses }) => uses?.includes("create-github-app-token@"))
        .map((step) => ({ file, environment, key: step.with?.["private-key"], id: step.with?.["client-id"] })),
    ),
  );
  expect(keys).toHaveLength(3);
  for (const field of ["environment", "key", "id"] as const)
    expect(new Set(keys.map((one) => one[field])).size).toBe(3);
});
