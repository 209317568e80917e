import { expect, test } from "vitest";
import type { Release } from "../config/release.ts";
import { chooseRelease, decide } from "./decide.ts";
import type { Past } from "./record.ts";

const releaseOf = (runNumber: number): Release => {
  const revision = runNumber.toString(16).padStart(40, "0");
  return { tag: `main-${revision}`, revision, digest: `sha256:${revision.padEnd(64, "a")}`, runNumber };
};
/** The branch as it was bumped from one run to the next; the last one is recorded now. */
const pastOf = (...runNumbers: readonly number[]): Past => {
  const releases = runNumbers.map(releaseOf).toReversed();
  return { repository: "ghcr.io/owner/name", releases, recorded: releases[0] ?? null };
};
const event = (past: Past, runNumber: number) => decide(past, releaseOf(runNumber), { rollback: false });
const rollback = (past: Past, runNumber: number) => decide(past, releaseOf(runNumber), { rollback: true });

test("the first release and a newer one are bumps", () => {
  expect(event(pastOf(), 1)).toEqual({ kind: "bump" });
  expect(event(pastOf(3), 4)).toEqual({ kind: "bump" });
});

test("what is recorded already is no failure: a killed run is run again", () => {
  expect(event(pastOf(3), 3)).toMatchObject({ kind: "same", reason: expect.stringContaining("run 3") });
});

test("an older one is no failure either: it came late, and says so", () => {
  expect(event(pastOf(3), 2)).toMatchObject({ kind: "stale", reason: expect.stringMatching(/run 2 .* run 3/) });
});

// A second attempt of a workflow run keeps the number and builds other bytes.
test("another image of the same run does not replace the first", () => {
  const again = { ...releaseOf(3), digest: `sha256:${"b".repeat(64)}` };
  expect(decide(pastOf(3), again, { rollback: false }).kind).toBe("stale");
});

// Somebody went back for a reason; an event that is delivered twice does not know it.
test("after a rollback or a revert nothing up to the newest run comes back by an event", () => {
  const past = pastOf(3, 5, 3);
  expect([4, 5].map((runNumber) => event(past, runNumber).kind)).toEqual(["stale", "stale"]);
  expect(event(past, 3).kind).toBe("same");
  expect(event(past, 6).kind).toBe("bump");
});

test("a rollback goes to an older release, and twice is once", () => {
  expect(rollback(pastOf(3, 5), 3)).toEqual({ kind: "bump" });
  expect(rollback(pastOf(3, 5, 3), 3).kind).toBe("same");
});

test("a rollback takes digest and run number from what the branch recorded", () => {
  const past = pastOf(3, 5);
  expect(chooseRelease({ kind: "rollback", tag: releaseOf(3).tag }, past)).toEqual(releaseOf(3));
  expect(() => chooseRelease({ kind: "rollback", tag: releaseOf(4).tag }, past)).toThrow("No commit of the branch");
});
