import { expect, test } from "vitest";
import { comparePlatforms } from "../reports/diff/compare-platforms.ts";
import { filesOf } from "../test/diff-samples/sample.ts";
import { samples } from "../test/diff-samples/samples.ts";
import { changedObjects, judgeByDryRun } from "./harness/dry-run.ts";
import { connectPlatform } from "./harness/platform.ts";

const { kube } = connectPlatform();
const sides = { before: "before", after: "after" };

// What the API server refuses, and what it rolls out, is for it to say: a table of fields is only as good as this.
test.each(samples.map((sample) => [sample.name, sample] as const))("the API server agrees: %s", async (_, sample) => {
  const changes = new Map(comparePlatforms(filesOf(sample), sides).map((change) => [change.path, change]));
  for (const { path, refusal, restarts, changes: isStored } of await judgeByDryRun(kube, sample)) {
    const change = changes.get(path);
    const risks = change?.risks.map(({ id }) => id) ?? [];
    const isHelm = change?.after?.kind === "Application";
    expect([path, risks.includes("immutable-field")]).toEqual([path, refusal !== undefined]);
    if (!isHelm) expect([path, risks.includes("restarts-pods")]).toEqual([path, restarts]);
    if (!isStored && refusal === undefined) expect([path, ...risks]).toEqual([path, "nothing-happens"]);
  }
});

// It cannot be asked about a comment, nor about what goes.
test("the API server is asked about most of the samples", () => {
  expect(samples.filter((sample) => changedObjects(sample).length > 0).length).toBeGreaterThan(20);
});
