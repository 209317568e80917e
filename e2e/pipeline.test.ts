import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { releaseRecordSchema } from "../config/pins.ts";
import { findMissing } from "../test/workflows/tools.ts";
import { bumpedFiles, openChatRelease } from "./harness/chat-release.ts";
import type { PushedCommit } from "./harness/checkout-copy.ts";
import { type CommitStatuses, openCommitStatuses } from "./harness/commit-statuses.ts";
import { openImagePipeline, type PublishedImage } from "./harness/image-pipeline.ts";
import { measure } from "./harness/measured-times.ts";
import { connectPlatform } from "./harness/platform.ts";
import { waitUntil } from "./harness/wait-until.ts";

const missing = findMissing("act", "docker-registry");
/** A run of the workflow synthesises and checks everything, on a machine that also runs the cluster. */
const runMs = 240_000;

describe.skipIf(missing)(`an image that was announced ${missing ?? ""}`, () => {
  const platform = connectPlatform();
  const { argocd, copy, folders, pull, push, restore, revert, waiting } = platform;
  const chat = openChatRelease(platform);
  const [recordPath] = bumpedFiles;
  let pipeline: Awaited<ReturnType<typeof openImagePipeline>>;
  let statuses: CommitStatuses;

  beforeAll(async () => {
    statuses = await openCommitStatuses(platform);
    pipeline = await openImagePipeline(platform);
    await push("the registry of the test");
    await argocd.settle(waiting.timeoutMs);
  });
  afterAll(async () => {
    await pipeline?.close();
    await statuses?.close();
    await restore();
  });

  const leg = <T>(what: string, work: () => Promise<T>) => measure(folders.times, `the whole loop: ${what}`, work);

  function seen({ revision }: PushedCommit) {
    const looked = async () => (await argocd.get("chat-server"))?.status?.sync?.revision === revision;
    return waitUntil(`Argo CD has looked at ${revision}`, looked, waiting);
  }

  function recorded() {
    return releaseRecordSchema.parse(JSON.parse(copy.read(recordPath))).release;
  }

  async function expectRunning({ reference, release }: PublishedImage) {
    await chat.rolledOut(reference);
    expect(recorded()).toEqual(release);
  }

  test("runs in the cluster, can be taken back, and of two at once the newer one stays", {
    timeout: 3 * runMs,
  }, async () => {
    const before = await chat.image();
    const [first, second, third] = [await pipeline.publish(1), await pipeline.publish(2), await pipeline.publish(3)];

    await leg("event to pushed commit", () => pipeline.update(first));
    const commit = await leg("push event to Argo CD having looked", async () => {
      const pulled = await pull();
      await seen(pulled);
      return pulled;
    });
    await leg("from there to rolled out", () => expectRunning(first));
    await leg("from there to the commit's status", () => statuses.arrives(commit, "chat-server", "success"));
    expect(commit.files).toEqual(bumpedFiles);

    await leg("git revert to rolled out", async () => {
      await revert(commit);
      await chat.rolledOut(before);
    });

    await leg("two events at once to pushed", () => Promise.all([second, third].map(pipeline.update)));
    await pull();
    await expectRunning(third);
  });
});
