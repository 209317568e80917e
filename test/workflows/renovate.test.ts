import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, matchesGlob } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { parsePins, releasedImages } from "../../config/pins.ts";
import { versions } from "../../config/versions.ts";
import { readReleaseRecords } from "../../io/read-release-records.ts";
import { root } from "../production.ts";
import { job } from "./workflows.ts";

interface CustomManager {
  readonly managerFilePatterns: readonly string[];
  readonly matchStrings: readonly string[];
  readonly autoReplaceStringTemplate?: string;
}
interface Configuration {
  readonly customManagers: readonly CustomManager[];
  readonly ignorePaths: readonly string[];
  readonly postUpgradeTasks: { readonly commands: readonly string[] };
  readonly packageRules: readonly { readonly matchPackageNames: readonly string[]; readonly groupName?: string }[];
}
interface Found {
  readonly path: string;
  readonly text: string;
  readonly groups: Readonly<Record<string, string | undefined>>;
  readonly manager: CustomManager;
}

const read = (path: string) => readFileSync(join(root, path), "utf8");
const configuration: Configuration = JSON.parse(read(".github/renovate.json"));
const committed = execFileSync("git", ["ls-files"], { cwd: root, encoding: "utf8" }).trimEnd().split("\n");

/** What Renovate's own engine finds: expressions without look-around mean the same in JavaScript. */
const found: readonly Found[] = configuration.customManagers.flatMap((manager) =>
  committed
    .filter((path) => manager.managerFilePatterns.some((pattern) => new RegExp(pattern.slice(1, -1)).test(path)))
    .flatMap((path) =>
      manager.matchStrings.flatMap((pattern) =>
        [...read(path).matchAll(new RegExp(pattern, "g"))].map(({ 0: text, groups = {} }) => ({
          path,
          text,
          groups,
          manager,
        })),
      ),
    ),
);
const inVersions = found.filter(({ path }) => path === "config/versions.ts");

// A pin that Renovate does not know stays as it is for years, and nothing says so.
test("every pin of config/versions.ts is found, but for the chart that has had its last release", () => {
  const { traefikCrds, ...charts } = versions.charts;
  expect(inVersions.map(({ groups }) => [groups.depName, groups.currentValue])).toEqual([
    ["kubernetes/kubernetes", versions.kubernetes],
    ...Object.values(charts).map(({ chart, version }) => [chart, version]),
    ...Object.values(versions.images).map(({ repository, tag }) => [repository, tag]),
  ]);
});

test("a chart is asked for in its own repository", () => {
  const helm = inVersions.filter(({ groups }) => groups.datasource === "helm");
  const repositoryByChart = Object.fromEntries(
    Object.values(versions.charts).map(({ chart, repository }) => [chart, repository]),
  );
  expect(helm.length).toBeGreaterThan(5);
  for (const { groups } of helm) expect(groups.registryUrl).toBe(repositoryByChart[groups.depName ?? ""]);
});

/** The file as Renovate leaves it: of a match only the value, or all of it where a template says what takes its place. */
function update({ text, groups, manager }: Found, newValue: string, newDigest: string): string {
  const { autoReplaceStringTemplate: template } = manager;
  if (template === undefined) return text.replace(`"${groups.currentValue}"`, `"${newValue}"`);
  const values: Readonly<Record<string, string | undefined>> = { ...groups, newValue, newDigest };
  return template.replaceAll(/\{\{\{(\w+)\}\}\}/g, (_, name: string) => values[name] ?? "");
}

test("what Renovate writes is what a synthesis reads, and what it finds again", async () => {
  const folder = mkdtempSync(join(tmpdir(), "renovate-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const newDigest = `sha256:${"0123456789abcdef".repeat(4)}`;
  const text = inVersions.reduce(
    (all, one) => all.replace(one.text, update(one, "v99.0.1", newDigest)),
    read("config/versions.ts"),
  );
  writeFileSync(join(folder, "versions.ts"), text);
  const updated = (await import(join(folder, "versions.ts"))) as { readonly versions: typeof versions };
  const pins = parsePins(updated.versions, await readReleaseRecords(root), releasedImages);
  expect(pins.kubernetes).toBe("v99.0.1");
  expect(pins.charts.argocd.version).toBe("v99.0.1");
  expect(pins.images.redis.reference).toBe(`docker.io/library/redis:v99.0.1@${newDigest}`);
  const again = configuration.customManagers.flatMap(({ matchStrings }) =>
    matchStrings.flatMap((pattern) =>
      [...text.matchAll(new RegExp(pattern, "g"))].map(({ groups }) => groups?.currentValue),
    ),
  );
  expect(again).toEqual(inVersions.map(() => "v99.0.1"));
});

test("the programs that only the workflows use are found", () => {
  const others = found.filter(({ path }) => path !== "config/versions.ts").map(({ groups }) => groups.depName);
  expect(others.sort()).toEqual([
    "ghcr.io/renovatebot/renovate",
    "github.com/nektos/act",
    "github.com/rhysd/actionlint",
  ]);
});

// Renovate's recommended settings leave every folder called test out.
test("no file with a pin is ignored, and no file that is rendered is edited", () => {
  const ignored = (path: string) => configuration.ignorePaths.some((pattern) => matchesGlob(path, pattern));
  const pinned = [
    "package.json",
    "server-chat/package.json",
    "server-chat/Dockerfile",
    "server-chat/compose.yaml",
    "test/workflows/requirements.txt",
  ];
  expect([...new Set(found.map(({ path }) => path)), ...pinned].filter(ignored)).toEqual([]);
  expect(committed.filter((path) => path.startsWith("dist/")).every(ignored)).toBe(true);
});

// A new version changes dist/ too; a branch without it would fail its own check.
test("the job lets Renovate run what its configuration asks for", () => {
  const { env = {} } = job("scheduled", "updates").steps.find(({ uses }) => uses?.startsWith("renovatebot/")) ?? {};
  const allowed = (JSON.parse(String(env.RENOVATE_ALLOWED_COMMANDS)) as string[]).map((pattern) => new RegExp(pattern));
  const { commands } = configuration.postUpgradeTasks;
  expect(commands).toContain("npm run synth");
  for (const command of commands) expect(allowed.some((pattern) => pattern.test(command))).toBe(true);
  for (const pattern of allowed) expect(pattern.test("npm run synth; curl example.org")).toBe(false);
});

test("what must be one version everywhere is updated together", () => {
  const { optionalDependencies } = JSON.parse(read("package.json"));
  const groupOf = (name: string) =>
    configuration.packageRules.find(({ matchPackageNames }) =>
      matchPackageNames.some((pattern) =>
        pattern.startsWith("/") ? new RegExp(pattern.slice(1, -1)).test(name) : pattern === name,
      ),
    )?.groupName;
  for (const name of ["node", ...Object.keys(optionalDependencies)]) expect(groupOf(name)).toBe("Node");
  expect(groupOf(versions.charts.calico.chart)).toBe(groupOf(versions.charts.calicoCrds.chart));
  for (const { repository } of Object.values(versions.images)) expect(groupOf(repository)).toBeDefined();
});
