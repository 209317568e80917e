import { join } from "node:path";
import { expect, test } from "vitest";
import { good } from "../../test/malice/payloads.ts";
import { run } from "../run.ts";

const payload = JSON.stringify(good);

async function bump(args: readonly string[], variables: Readonly<Record<string, string>>, signal?: AbortSignal) {
  const printed = { stdout: "", stderr: "" };
  const exitCode = await run(["bump", ...args], {
    root: join(import.meta.dirname, "..", ".."),
    stdout: (text) => {
      printed.stdout += text;
    },
    stderr: (text) => {
      printed.stderr += text;
    },
    isTerminal: false,
    signal: signal ?? new AbortController().signal,
    nowMs: () => 0,
    variables,
  });
  return { exitCode, ...printed };
}

// A wrong event is in no way a release, so nothing goes on to look at the checkout.
test.each([
  ["no request", [], {}, "No release was asked for"],
  ["an empty payload", [], { BUMP_PAYLOAD: "" }, "No release was asked for"],
  ["an event and a payload", ["--event=e.json"], { BUMP_PAYLOAD: payload }, "More than one release"],
  ["an event and a rollback", ["--event=e.json", `--rollback=${good.tag}`], {}, "More than one release"],
  ["a rollback and a payload", [`--rollback=${good.tag}`], { BUMP_PAYLOAD: payload }, "More than one release"],
  ["a file that is not there", ["--event=/nowhere/event.json"], {}, "The event cannot be read"],
  ["a rollback to nothing", ["--rollback="], {}, "The rollback is refused"],
])("%s is refused", async (_, args, variables, message) => {
  const { exitCode, stdout, stderr } = await bump(args, variables);
  expect(stderr).toContain(message);
  expect(exitCode).toBe(2);
  expect(stdout).toBe("");
});

test("an interruption says what may have happened", async () => {
  const { exitCode, stderr } = await bump(
    [],
    { ...process.env, BUMP_PAYLOAD: payload } as Record<string, string>,
    AbortSignal.abort(),
  );
  expect(stderr).toBe("Interrupted: the remote has the whole commit or nothing of it. Run it again.\n");
  expect(exitCode).toBe(130);
});
