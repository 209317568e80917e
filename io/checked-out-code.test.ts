import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createCheckedOutCode } from "./checked-out-code.ts";

/** A checkout whose commands and npm write down that they ran, and end as a file says. */
function createCheckout() {
  const root = mkdtempSync(join(tmpdir(), "checked-out-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const log = join(root, "log");
  for (const folder of ["cli", "bin"]) mkdirSync(join(root, folder));
  const write = (path: string, text: string) => writeFileSync(join(root, path), text, { mode: 0o755 });
  const endWith = (exitCode: number) =>
    write(
      "cli/start.js",
      `require("node:fs").appendFileSync("log", process.argv[2] + "\\n"); console.log("said"); process.exit(${exitCode});`,
    );
  write("bin/npm", `#!/bin/sh\necho npm "$@" >>log\n`);
  write("package-lock.json", "{}");
  write("log", "");
  endWith(0);
  const variables = { ...process.env, PATH: `${join(root, "bin")}:${process.env.PATH}` };
  const code = createCheckedOutCode(root, { variables, signal: new AbortController().signal });
  return { code, write, endWith, ran: () => readFileSync(log, "utf8").split("\n").slice(0, -1) };
}

test("it runs the commands of the checkout", async () => {
  const { code, ran } = createCheckout();
  await code.synth();
  await code.check();
  expect(ran()).toEqual(["synth", "check"]);
});

// Somebody's update of a dependency may land between two attempts.
test("packages that the checkout changes are installed first, once", async () => {
  const { code, write, ran } = createCheckout();
  write("package-lock.json", '{"changed":true}');
  await code.synth();
  await code.synth();
  expect(ran()).toEqual(["npm ci --ignore-scripts", "synth", "synth"]);
});

test.each([
  [1, 1],
  [2, 1],
  [3, 3],
  [70, 1],
])("exit %i of a command is exit %i of the bump, with what it said", async (exitCode, expected) => {
  const { code, endWith } = createCheckout();
  endWith(exitCode);
  await expect(code.check()).rejects.toMatchObject({
    name: "UserError",
    exitCode: expected,
    message: expect.stringMatching(/npm run check.*said/s),
  });
});
