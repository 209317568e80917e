import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const source = join(import.meta.dirname, "..", "src");
const files = globSync("**/*.ts", { cwd: source }).filter((file) => !file.endsWith(".test.ts"));
const readsEnvironment =
  /\bprocess\s*(\??\.|\[\s*["'`])\s*env\b|\{[^}]*\benv\b[^}]*\}\s*=\s*process\b|from "(node:)?process"/;

test("the pattern finds a read, however it is written", () => {
  for (const read of [
    "process.env.HOME",
    "process?.env",
    'process["env"]',
    "const { env } = process;",
    'import { env } from "node:process";',
  ]) {
    expect(read).toMatch(readsEnvironment);
  }
  expect(files.length).toBeGreaterThan(10);
});

// A variable that is read somewhere else is not in the contract, and the Deployment could never set it.
test("main.ts alone reads the environment, by the contract's names", () => {
  const readers = files.filter((file) => readsEnvironment.test(readFileSync(join(source, file), "utf8")));
  expect(readers).toEqual(["main.ts"]);
  const main = readFileSync(join(source, "main.ts"), "utf8");
  const reads = [...main.matchAll(/.*\bprocess\.env\b.*/g)].map(([line]) => line);
  // The type knows no other name, so that the compiler refuses one.
  expect(reads).toEqual(["const environment: EnvironmentVariables = process.env;"]);
});
