import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { root } from "../production.ts";

/** A folder of its own, removed after the test. */
export function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "workflow-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Where the steps of a job run: they share the folder that GitHub calls RUNNER_TEMP. */
export interface Runner {
  /** RUNNER_TEMP */
  readonly folder: string;
  /** Runs a script as GitHub's runner runs that of a step with `shell: bash`. */
  readonly run: (script: string, env: Readonly<Record<string, string>>) => Promise<ScriptResult>;
}

export interface ScriptResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What the script wrote to GITHUB_OUTPUT. */
  readonly outputs: Readonly<Record<string, string>>;
}

/** A runner with our `gh` in the place of GitHub's, which asks the server at `apiUrl`. */
export function createRunner(apiUrl: string): Runner {
  const folder = createFolder();
  const bin = join(folder, "bin");
  mkdirSync(bin);
  symlinkSync(join(import.meta.dirname, "gh.js"), join(bin, "gh"));
  symlinkSync(process.execPath, join(bin, "node"));
  let steps = 0;
  return {
    folder,
    async run(script, env) {
      steps += 1;
      const output = join(folder, `output-${steps}`);
      const file = join(folder, `step-${steps}.sh`);
      writeFileSync(output, "");
      writeFileSync(file, script);
      const result = await runProgram("bash", ["--noprofile", "--norc", "-e", "-o", "pipefail", file], {
        PATH: `${bin}:${process.env.PATH}`,
        RUNNER_TEMP: folder,
        GITHUB_OUTPUT: output,
        GITHUB_API_URL: apiUrl,
        ...env,
      });
      const lines = readFileSync(output, "utf8").split("\n");
      const outputs = Object.fromEntries(
        lines
          .filter((line) => line.includes("="))
          .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
      );
      return { ...result, outputs };
    },
  };
}

/** Runs a program at the root of the checkout, with nothing but these variables. */
export function runProgram(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  cwd = root,
): Promise<Omit<ScriptResult, "outputs">> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    const text = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const)
      child[stream].on("data", (chunk: Buffer) => {
        text[stream] += chunk.toString();
      });
    child.on("error", reject);
    child.on("close", (exitCode) => resolve({ exitCode, ...text }));
  });
}
