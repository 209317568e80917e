import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, onTestFinished, test } from "vitest";
import { missingPrograms } from "./missing-programs.ts";

function start(...words: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts"), ...words]);
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return child;
}

test("words that are not understood are a usage error, and nothing is started", async () => {
  const child = start("--minutes", "1");
  const [code] = await once(child, "exit");
  expect(code).toBe(2);
});

describe.skipIf(missingPrograms !== undefined)("an interrupted run", () => {
  // Ctrl-C comes in the middle of things; what is left running would hold ports and memory until a person finds it.
  test("ends what it started", async () => {
    const child = start("--seconds", "30");
    for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
      if (line.includes("clients on")) break;
    }
    const started = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").trim().split(" ");
    expect(started.length).toBeGreaterThanOrEqual(4);
    child.kill("SIGINT");
    const [code] = await once(child, "exit");
    expect(code).toBe(130);
    const alive = () => started.filter((pid) => existsSync(`/proc/${pid}`));
    await expect.poll(alive, { timeout: 10_000 }).toEqual([]);
  });
});
