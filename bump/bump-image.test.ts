import { expect, test } from "vitest";
import type { Release } from "../config/release.ts";
import { UserError } from "../config/user-error.ts";
import { type BumpParts, bumpImage } from "./bump-image.ts";
import type { Clone } from "./clone.ts";
import type { VerifyImage } from "./image-verifier.ts";
import { formatRecord } from "./record.ts";

const repository = "ghcr.io/owner/name";
const recordPath = "config/images/server-chat.json";
const releaseOf = (runNumber: number): Release => {
  const revision = runNumber.toString(16).padStart(40, "0");
  return { tag: `main-${revision}`, revision, digest: `sha256:${revision.padEnd(64, "a")}`, runNumber };
};
const event = (runNumber: number) => ({ kind: "event", release: releaseOf(runNumber) }) as const;

/** A remote whose branch is a list of records, and a bump that works on it; every step is written down. */
function createWorld(recorded: Release | null = null) {
  const branch = [formatRecord({ repository, release: recorded })];
  const steps: string[] = [];
  const answers: ("pushed" | "raced")[] = [];
  let written = "";
  const clone: Clone = {
    fetch: async () => {
      steps.push("fetch");
      return { commit: String(branch.length), record: branch.at(-1), earlier: branch.toReversed() };
    },
    reset: async (commit) => void steps.push(`reset ${commit}`),
    writeRecord: async (text) => {
      steps.push("write");
      written = text;
    },
    synth: async () => void steps.push("synth"),
    check: async () => void steps.push("check"),
    commit: async () => {
      steps.push("commit");
      return "new";
    },
    push: async () => {
      steps.push("push");
      const answer = answers.shift() ?? "pushed";
      if (answer === "pushed") branch.push(written);
      return answer;
    },
    remoteHas: async () => true,
  };
  const parts: BumpParts = {
    image: "server-chat",
    recordPath,
    runLink: null,
    clone,
    verify: async ({ repository: from, release }) => void steps.push(`verify ${from} run ${release.runNumber}`),
    pause: async (durationMs) => void steps.push(`pause ${durationMs}`),
    random: () => 1,
    say: () => {},
  };
  return { branch, steps, answers, parts };
}
const attempt = (head: number) => ["fetch", `reset ${head}`, "write", "synth", "check", "commit", "push"];

test("an image is verified before anything is touched, and pushed after all checks", async () => {
  const { branch, steps, parts } = createWorld();
  const outcome = await bumpImage(event(7), parts);
  expect(outcome).toEqual({ kind: "bumped", release: releaseOf(7), commit: "new" });
  const [first = "", ...others] = attempt(1);
  expect(steps).toEqual([first, `verify ${repository} run 7`, ...others]);
  expect(branch.at(-1)).toBe(formatRecord({ repository, release: releaseOf(7) }));
});

test("an image that is refused leaves everything as it was", async () => {
  const { branch, steps, parts } = createWorld();
  const verify = async () => {
    throw new UserError("not ours", { remedy: "" });
  };
  await expect(bumpImage(event(7), { ...parts, verify })).rejects.toThrow("not ours");
  expect(steps).toEqual(["fetch"]);
  expect(branch.length).toBe(1);
});

// A tag that was pushed again has other bytes, a registry may be away: neither makes a failure of what has been done.
test.each([
  ["the release that is there", 7],
  ["an older one", 6],
])("an event of %s is a success without a look at its image", async (_, runNumber) => {
  const { branch, steps, parts } = createWorld(releaseOf(7));
  const verify = async () => {
    throw new Error("the image was looked at");
  };
  const { kind } = await bumpImage(event(runNumber), { ...parts, verify });
  expect(["same", "stale"]).toContain(kind);
  expect(branch).toHaveLength(1);
  expect(steps).toEqual(["fetch", "reset 1"]);
});

test("after a lost race everything is done again from the new head, after a pause that grows", async () => {
  const { steps, answers, parts } = createWorld();
  answers.push("raced", "raced");
  await bumpImage(event(7), parts);
  expect(steps.filter((step) => !step.startsWith("verify"))).toEqual([
    ...attempt(1),
    "pause 1000",
    ...attempt(1),
    "pause 2000",
    ...attempt(1),
  ]);
});

// More attempts give an old release more time to come after a newer one.
test("the guard looks again in every attempt", async () => {
  const { branch, steps, answers, parts } = createWorld(releaseOf(1));
  answers.push("raced");
  const pause = async () => void branch.push(formatRecord({ repository, release: releaseOf(9) }));
  expect(await bumpImage(event(7), { ...parts, pause })).toMatchObject({ kind: "stale" });
  expect(steps.at(-1)).toBe("reset 2");
});

test("a record that names another repository by then has its image verified there", async () => {
  const { branch, steps, answers, parts } = createWorld();
  answers.push("raced");
  const pause = async () => void branch.push(formatRecord({ repository: "ghcr.io/new/home", release: null }));
  await bumpImage(event(7), { ...parts, pause });
  expect(steps.filter((step) => step.startsWith("verify"))).toEqual([
    `verify ${repository} run 7`,
    "verify ghcr.io/new/home run 7",
  ]);
});

test("after five lost races it gives up loudly", async () => {
  const { steps, answers, parts } = createWorld();
  answers.push(...Array.from({ length: 9 }, () => "raced" as const));
  await expect(bumpImage(event(7), parts)).rejects.toMatchObject({
    exitCode: 3,
    message: expect.stringContaining("5 times"),
  });
  expect(steps.filter((step) => step === "push").length).toBe(5);
});

test("a remote that says yes and does not have the commit is a failure", async () => {
  const { parts } = createWorld();
  const clone = { ...parts.clone, remoteHas: async () => false };
  await expect(bumpImage(event(7), { ...parts, clone })).rejects.toMatchObject({ exitCode: 3 });
});

test("findings stop it before the commit", async () => {
  const { steps, parts } = createWorld();
  const check = async () => {
    throw new UserError("findings", { remedy: "", exitCode: 1 });
  };
  await expect(bumpImage(event(7), { ...parts, clone: { ...parts.clone, check } })).rejects.toThrow("findings");
  expect(steps.at(-1)).toBe("synth");
});

test("a rollback records the release as it was recorded before", async () => {
  const { branch, parts } = createWorld(releaseOf(3));
  branch.push(formatRecord({ repository, release: releaseOf(5) }));
  const outcome = await bumpImage({ kind: "rollback", tag: releaseOf(3).tag }, parts);
  expect(outcome).toMatchObject({ kind: "bumped", release: releaseOf(3) });
  expect(await bumpImage(event(5), parts)).toMatchObject({ kind: "stale" });
});

// Of a rollback git says what the tag named; of an event, nothing does but the registry.
test("whoever verifies is told whether it is a rollback", async () => {
  const { branch, parts } = createWorld(releaseOf(3));
  branch.push(formatRecord({ repository, release: releaseOf(5) }));
  const told: unknown[] = [];
  const verify: VerifyImage = async ({ release }, { rollback }) => void told.push([release.runNumber, rollback]);
  await bumpImage({ kind: "rollback", tag: releaseOf(3).tag }, { ...parts, verify });
  await bumpImage(event(6), { ...parts, verify });
  expect(told).toEqual([
    [3, true],
    [6, false],
  ]);
});
