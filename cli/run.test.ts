import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type Outside, run } from "./run.ts";

function createOutside(more: Partial<Outside> = {}) {
  const root = mkdtempSync(join(tmpdir(), "run-test-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const printed = { stdout: "", stderr: "" };
  const outside: Outside = {
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
    variables: {},
    ...more,
  };
  return { outside, printed };
}

test("an unknown command is usage and says which there are", async () => {
  const { outside, printed } = createOutside();
  expect(await run(["sinth"], outside)).toBe(2);
  expect(printed.stderr).toContain('There is no command "sinth".');
  expect(printed.stdout).toBe("");
});

test.each([["--unknown"], ["--watch=yes"], ["extra"]])("synth %s is usage and prints the options", async (argument) => {
  const { outside, printed } = createOutside();
  expect(await run(["synth", argument], outside)).toBe(2);
  expect(printed.stderr).toContain("Use: npm run synth");
});

// People report what they see: an error of ours must not look like a mistake of theirs.
test("an error that nobody expected is a bug with a stack trace, and exit 70", async () => {
  const broken = () => {
    throw new TypeError("a hole in the floor");
  };
  const { outside, printed } = createOutside({ stdout: broken });
  expect(await run(["--help"], outside)).toBe(70);
  expect(printed.stderr).toMatch(/bug of this project.*a hole in the floor.* at /s);
});

test("whatever fails after an interruption is the interruption", async () => {
  const { outside, printed } = createOutside({ signal: AbortSignal.abort() });
  expect(await run(["synth"], outside)).toBe(130);
  expect(printed.stderr).toBe("Interrupted; nothing in the checkout was changed.\n");
});
