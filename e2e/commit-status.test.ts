import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { stringify } from "yaml";
import { openChatRelease } from "./harness/chat-release.ts";
import type { PushedCommit } from "./harness/checkout-copy.ts";
import { type CommitStatuses, openCommitStatuses } from "./harness/commit-statuses.ts";
import { measure } from "./harness/measured-times.ts";
import { connectPlatform } from "./harness/platform.ts";
import { environmentName } from "./harness/rendering.ts";
import { waitUntil } from "./harness/wait-until.ts";

const platform = connectPlatform();
const { copy, folders, git, push, restore, revert, waiting } = platform;
const chat = openChatRelease(platform);
const app = "chat-server";

let statuses: CommitStatuses;
beforeAll(async () => {
  statuses = await openCommitStatuses(platform);
});
afterAll(() => statuses?.close());
afterEach(restore);

function pageOf({ revision }: PushedCommit): string {
  return `${git.repository.replace(/\.git$/, "")}/tree/${revision}/dist/${environmentName}/${app}`;
}

test("a commit is told of its success when the roll-out is over, and not before", async () => {
  const image = await chat.writeNext();
  const commit = await measure(folders.times, "push of a new image to its commit status", async () => {
    const pushed = await push("a new image");
    const status = await statuses.arrives(pushed, app, "success");
    expect(status).toEqual({ state: "success", description: "Synced and healthy", target_url: pageOf(pushed) });
    return pushed;
  });
  expect(await chat.runs(image), "the roll-out is over").toBe(true);
  expect(statuses.statusesOf(commit, app)).toHaveLength(1);
});

// Without it the author believes that what was refused is running.
test("a commit that Argo CD refuses is told of its failure, and the revert of its success", async () => {
  const role = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    metadata: { name: "planted", namespace: "chat-app" },
    rules: [{ apiGroups: [""], resources: ["secrets"], verbs: ["get"] }],
  };
  copy.write(`dist/${environmentName}/${app}/Role.planted.yaml`, stringify(role));
  const commit = await push("a planted object");
  const { description, target_url } = await statuses.arrives(commit, app, "failure");
  expect(description).not.toBe("");
  expect(target_url).toBe(pageOf(commit));
  await statuses.arrives(await revert(commit), app, "success");
});

// The key of the App lies in the cluster: it is worth no more than what it is used for.
test("nothing but statuses of commits of this repository is asked for", async () => {
  // Once it is told how to, every Application of this repository reports what has been running.
  await waitUntil("several Applications report", async () => statuses.reported().length > 2, waiting);
  expect(statuses.refused).toEqual([]);
  const known = new RegExp(`^${statuses.repository} [0-9a-f]{40} argocd/[a-z-]+$`);
  expect(statuses.reported().filter((one) => !known.test(one))).toEqual([]);
});
