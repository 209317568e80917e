import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../production.ts";
import { createFolder, runProgram } from "./run-script.ts";
import { findMissing } from "./tools.ts";
import { expression, job } from "./workflows.ts";

const run = (program: string, args: readonly string[], cwd?: string) => runProgram(program, args, process.env, cwd);
const skipped = (program: string) => findMissing(program) ?? "";

test.skipIf(skipped("zizmor"))(`zizmor finds nothing that an attacker could use ${skipped("zizmor")}`, async () => {
  const { exitCode, stdout } = await run("zizmor", ["--persona=auditor", "--offline", "--no-progress", "."]);
  expect(stdout).toContain("No findings to report");
  expect(exitCode).toBe(0);
});

test.skipIf(skipped("actionlint"))(
  `actionlint finds nothing that GitHub would refuse ${skipped("actionlint")}`,
  async () => {
    expect(await run("actionlint", [])).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  },
);

test.skipIf(skipped("hadolint"))(`hadolint finds nothing in the Dockerfile ${skipped("hadolint")}`, async () => {
  expect(await run("hadolint", ["server-chat/Dockerfile"])).toEqual({ exitCode: 0, stdout: "", stderr: "" });
});

// A linter that is pointed at nothing finds nothing.
test.skipIf(skipped("zizmor"))("zizmor sees what it is there for", async () => {
  const folder = createFolder();
  cpSync(join(root, ".github"), join(folder, ".github"), { recursive: true });
  const path = join(folder, ".github/workflows/update-image.yml");
  const text = readFileSync(path, "utf8");
  writeFileSync(path, text.replace("npm ci --ignore-scripts", `echo ${expression("github.event.client_payload.tag")}`));
  const { exitCode, stdout } = await run("zizmor", ["--persona=auditor", "--offline", "--no-progress", "."], folder);
  expect(stdout).toContain("template-injection");
  expect(exitCode).toBeGreaterThan(10);
});

test("what a linter says and we do not follow has its reason above it", () => {
  const files = { ".github/zizmor.yml": /^ {6}- |disable: true/, ".github/actionlint.yaml": /^ {6}- / };
  for (const [path, exception] of Object.entries(files)) {
    const lines = readFileSync(join(root, path), "utf8").split("\n");
    const indices = lines.flatMap((line, index) => (exception.test(line) ? [index] : []));
    expect(indices.length).toBeGreaterThan(0);
    for (const index of indices) expect(lines[index - 1]).toMatch(/^ +# .{20}/);
  }
});

test("check.yml runs all three", () => {
  const scripts = job("check", "workflows")
    .steps.map(({ run: script = "" }) => script)
    .join("\n");
  for (const program of ["zizmor", "actionlint", "hadolint"]) expect(scripts).toContain(`/bin/${program}"`);
});
