import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, matchesGlob } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { root } from "../production.ts";
import { startGithubApi } from "./github.ts";
import { createRunner } from "./run-script.ts";
import { workflow } from "./workflows.ts";

const read = (path: string) => readFileSync(join(root, path), "utf8");

interface Ruleset {
  readonly target: string;
  readonly enforcement: string;
  readonly conditions: object;
  readonly bypass_actors: readonly { readonly actor_id: number | null; readonly actor_type: string }[];
  readonly rules: readonly { readonly type: string; readonly parameters?: Readonly<Record<string, unknown>> }[];
}
const readRuleset = (name: string): Ruleset => JSON.parse(read(`.github/rulesets/${name}.json`));
const ruleset = readRuleset("main");
const parametersOf = (type: string) => ruleset.rules.find((rule) => rule.type === type)?.parameters;

const lines = read(".github/CODEOWNERS")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => line.split(/\s+/))
  .map(([pattern = "", ...owners]) => ({ pattern, owners }));

/** The owners of a path: those of the last line that fits. Folders begin and end with a slash here. */
function ownersOf(path: string): readonly string[] {
  const fits = (pattern: string) => pattern === "*" || matchesGlob(`/${path}`, `${pattern}**`);
  return lines.findLast(({ pattern }) => fits(pattern))?.owners ?? [];
}

const committed = execFileSync("git", ["ls-files"], { cwd: root, encoding: "utf8" }).trimEnd().split("\n");

test("every committed file has an owner", () => {
  expect(committed.length).toBeGreaterThan(100);
  expect(committed.filter((path) => ownersOf(path).length === 0)).toEqual([]);
});

// What is applied, what runs, and what may change either: a later line for something else must not take their owner away.
test("what Argo CD applies, the release record and the workflows are named behind everything general", () => {
  const general = lines.findLastIndex(({ pattern }) => !pattern.startsWith("/"));
  for (const folder of ["/dist/", "/bootstrap/", "/config/", "/.github/"]) {
    const index = lines.findIndex(({ pattern }) => pattern === folder);
    expect(index).toBeGreaterThan(general);
    expect(committed.filter((path) => path.startsWith(folder.slice(1)))).not.toEqual([]);
  }
});

test("main takes a reviewed pull request whose checks passed, and nothing else", () => {
  expect(ruleset).toMatchObject({
    target: "branch",
    enforcement: "active",
    conditions: { ref_name: { include: ["~DEFAULT_BRANCH"], exclude: [] } },
  });
  expect(ruleset.rules.map(({ type }) => type).sort()).toEqual(["pull_request", "required_status_checks"]);
  expect(parametersOf("pull_request")).toMatchObject({
    required_approving_review_count: 1,
    require_code_owner_review: true,
    dismiss_stale_reviews_on_push: true,
    require_last_push_approval: true,
  });
});

// Which release is the newest is read from the history: whoever could rewrite it could bring an older one back.
test("nobody may rewrite or delete main, the App that pushes neither", () => {
  const { bypass_actors, conditions, enforcement, rules } = readRuleset("history");
  expect({ bypass_actors, conditions, enforcement }).toEqual({
    bypass_actors: [],
    conditions: ruleset.conditions,
    enforcement: "active",
  });
  expect(rules.map(({ type }) => type).sort()).toEqual(["deletion", "non_fast_forward"]);
});

// Without a review, an App that may write contents could merge whatever is green.
test("whoever is alone lets nobody else change main but the App that pushes", () => {
  const { bypass_actors, conditions, rules } = readRuleset("alone");
  expect(conditions).toEqual(ruleset.conditions);
  expect(rules).toEqual([{ type: "update" }]);
  expect(bypass_actors).toEqual([
    ...ruleset.bypass_actors,
    // The administrators of the repository (GitHub's number of that role).
    { actor_type: "RepositoryRole", actor_id: 5, bypass_mode: "pull_request" },
  ]);
});

// A required check that no workflow makes blocks every pull request; one that is sometimes skipped guards nothing.
test("the required checks are jobs of check.yml that always run", () => {
  const { jobs, on } = workflow("check");
  expect(on.pull_request).toBeNull();
  const checks = parametersOf("required_status_checks")?.required_status_checks as readonly {
    readonly context: string;
  }[];
  const always = Object.values(jobs).filter((job) => job.if === undefined);
  expect(checks.map(({ context }) => context).sort()).toEqual(always.map(({ name }) => name).sort());
});

test("commits to dist/ that no synthesis would produce fail a required check", () => {
  const scripts = workflow("check").jobs.check?.steps.map(({ run }) => run);
  expect(scripts).toContain("npm run check");
  expect(scripts).toContain("npm test");
});

test("the documented commands apply the rulesets, with the App as the only one who may bypass it", async () => {
  expect(ruleset.bypass_actors).toHaveLength(1);
  const documented =
    /```sh\n((?:(?!```)[\s\S])*rulesets" --input -\n) *```/.exec(read("docs/how-to/set-up-the-pipeline.md"))?.[1] ?? "";
  const github = await startGithubApi(({ method, path }) => {
    if (method === "GET" && path === "apps/platform-bump") return { id: 123_456 };
    return method === "POST" && path === "repos/%7Bowner%7D/%7Brepo%7D/rulesets" ? {} : undefined;
  });
  onTestFinished(() => github.stop());
  const script = documented.replace("<name of the App>", "platform-bump");
  expect(script).not.toBe(documented);
  const { exitCode } = await createRunner(github.url).run(script, { GH_TOKEN: "mine" });
  expect(exitCode).toBe(0);
  const applied = github.requests.flatMap(({ method, body }) => (method === "POST" ? [body] : []));
  expect(applied).toEqual([
    readRuleset("history"),
    {
      ...ruleset,
      bypass_actors: [{ actor_type: "Integration", actor_id: 123_456, bypass_mode: "always" }],
    },
  ]);
});
