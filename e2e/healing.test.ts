import { afterEach, expect, test } from "vitest";
import { bumpedFiles, openChatRelease } from "./harness/chat-release.ts";
import { measure } from "./harness/measured-times.ts";
import { serversOf } from "./harness/placement.ts";
import { connectPlatform } from "./harness/platform.ts";
import { waitUntil } from "./harness/wait-until.ts";

const platform = connectPlatform();
const { folders, kube, push, restore, revert, waiting } = platform;
afterEach(restore);
const chat = openChatRelease(platform);

test("a commit that bumps the image reaches the Deployment, and git revert brings the old one back", async () => {
  const { replicas } = (await chat.deployment()).spec;
  const before = await chat.image();
  const image = await chat.writeNext();

  const commit = await measure(folders.times, "push of a new image to rolled out", async () => {
    const pushed = await push("a new image");
    await chat.rolledOut(image);
    return pushed;
  });
  // New pods spread among themselves: the scheduler sees the old ones while it places them.
  expect(await differentServers(), "after the roll-out").toBe(replicas);
  expect(commit.files).toEqual(bumpedFiles);

  await measure(folders.times, "push of git revert to rolled out", async () => {
    await revert(commit);
    await chat.rolledOut(before);
  });
  expect(await differentServers(), "after git revert").toBe(replicas);
});

async function differentServers(): Promise<number> {
  return new Set(await serversOf(kube, chat.reference.namespace, chat.reference.name)).size;
}

test("a change by hand is undone", async () => {
  const { replicas } = (await chat.deployment()).spec;
  await kube.patch(chat.reference, { spec: { replicas: replicas - 1 } });
  await measure(folders.times, "a change by hand to healed", () =>
    waitUntil(
      "the replicas are as committed",
      async () => (await chat.deployment()).spec.replicas === replicas,
      waiting,
    ),
  );
});

// Without it every pod of the namespace could be reached from everywhere, and nobody would notice.
test("what was deleted by hand comes back", async () => {
  const policy = {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    namespace: "chat-app",
    name: "default-deny",
  };
  const before = await kube.get(policy);
  await kube.remove(policy);
  const restored = await measure(folders.times, "a deletion by hand to healed", () =>
    waitUntil("the network policy is back", () => kube.get(policy), waiting),
  );
  expect(restored.metadata.uid).not.toBe(before?.metadata.uid);
});
