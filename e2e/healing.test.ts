import { afterEach, expect, test } from "vitest";
import { type ReleaseRecord, releaseRecordSchema } from "../config/pins.ts";
import type { StoredObject } from "./harness/kube.ts";
import { measure } from "./harness/measured-times.ts";
import { serversOf } from "./harness/placement.ts";
import { connectPlatform } from "./harness/platform.ts";
import { waitUntil } from "./harness/wait-until.ts";

interface Deployment extends StoredObject {
  readonly metadata: StoredObject["metadata"] & { readonly generation: number };
  readonly spec: {
    readonly replicas: number;
    readonly template: { readonly spec: { readonly containers: readonly [{ readonly image: string }] } };
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
    readonly replicas?: number;
  };
}

const { copy, folders, kube, push, restore, revert, waiting } = connectPlatform();
afterEach(restore);
const chat = { apiVersion: "apps/v1", kind: "Deployment", namespace: "chat-app", name: "chat-server" };
const recordPath = "config/images/server-chat.json";

async function chatDeployment(): Promise<Deployment> {
  const deployment = await kube.get<Deployment>(chat);
  if (!deployment) throw new Error("there is no chat-server");
  return deployment;
}

/** Waits until the Deployment runs this image, with every pod new and available and no old one left. */
function rolledOut(image: string) {
  return waitUntil(
    `chat-server runs ${image}`,
    async () => {
      const { metadata, spec, status } = await chatDeployment();
      const wanted =
        spec.template.spec.containers[0].image === image && status?.observedGeneration === metadata.generation;
      return (
        wanted &&
        [status?.updatedReplicas, status?.availableReplicas, status?.replicas].every((count) => count === spec.replicas)
      );
    },
    waiting,
  );
}

test("a commit that bumps the image reaches the Deployment, and git revert brings the old one back", async () => {
  const { replicas, template } = (await chatDeployment()).spec;
  const before = template.spec.containers[0].image;
  const record = releaseRecordSchema.parse(JSON.parse(copy.read(recordPath)));
  const bumped = nextRelease(record);
  copy.write(recordPath, `${JSON.stringify(bumped, null, 2)}\n`);
  await copy.synth();

  const commit = await measure(folders.times, "push of a new image to rolled out", async () => {
    const pushed = await push("a new image");
    await rolledOut(`${bumped.repository}:${bumped.release?.tag}@${bumped.release?.digest}`);
    return pushed;
  });
  // New pods spread among themselves: the scheduler sees the old ones while it places them.
  expect(await differentServers(), "after the roll-out").toBe(replicas);
  expect(commit.files).toEqual([recordPath, "dist/production/chat-server/Deployment.chat-app.chat-server.yaml"]);

  await measure(folders.times, "push of git revert to rolled out", async () => {
    await revert(commit);
    await rolledOut(before);
  });
  expect(await differentServers(), "after git revert").toBe(replicas);
});

async function differentServers(): Promise<number> {
  return new Set(await serversOf(kube, chat.namespace, chat.name)).size;
}

function nextRelease({ repository, release }: ReleaseRecord): ReleaseRecord {
  const revision = "e2e0".repeat(10);
  const digest = `sha256:${"e2e0".repeat(16)}`;
  return {
    repository,
    release: { tag: `main-${revision}`, digest, revision, runNumber: (release?.runNumber ?? 0) + 1 },
  };
}

test("a change by hand is undone", async () => {
  const { replicas } = (await chatDeployment()).spec;
  await kube.patch(chat, { spec: { replicas: replicas - 1 } });
  await measure(folders.times, "a change by hand to healed", () =>
    waitUntil(
      "the replicas are as committed",
      async () => (await chatDeployment()).spec.replicas === replicas,
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
