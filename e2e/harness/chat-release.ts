import { type ReleaseRecord, releaseRecordSchema } from "../../config/pins.ts";
import type { StoredObject } from "./kube.ts";
import type { connectPlatform } from "./platform.ts";
import { waitUntil } from "./wait-until.ts";

export interface Deployment extends StoredObject {
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

/** What a bump of the chat's image touches in git. */
export const bumpedFiles = [
  "config/images/server-chat.json",
  "dist/production/chat-server/Deployment.chat-app.chat-server.yaml",
] as const;

/** The chat's Deployment and the record of its release. */
export function openChatRelease({ copy, kube, waiting }: ReturnType<typeof connectPlatform>) {
  const reference = { apiVersion: "apps/v1", kind: "Deployment", namespace: "chat-app", name: "chat-server" };
  const [recordPath] = bumpedFiles;

  async function deployment(): Promise<Deployment> {
    const found = await kube.get<Deployment>(reference);
    if (!found) throw new Error("there is no chat-server");
    return found;
  }

  /** Whether every pod is of this image, new and available, and no old one is left. */
  async function runs(image: string): Promise<boolean> {
    const { metadata, spec, status } = await deployment();
    return (
      spec.template.spec.containers[0].image === image &&
      status?.observedGeneration === metadata.generation &&
      [status.updatedReplicas, status.availableReplicas, status.replicas].every((count) => count === spec.replicas)
    );
  }

  return {
    reference,
    deployment,
    runs,
    image: async () => (await deployment()).spec.template.spec.containers[0].image,
    rolledOut: (image: string) => waitUntil(`chat-server runs ${image}`, () => runs(image), waiting),

    /** Writes the next release into the copy and synthesises it; returns the image to expect. */
    async writeNext(): Promise<string> {
      const record = releaseRecordSchema.parse(JSON.parse(copy.read(recordPath)));
      const next = nextRelease(record);
      copy.write(recordPath, `${JSON.stringify(next, null, 2)}\n`);
      await copy.synth();
      return `${next.repository}:${next.release?.tag}@${next.release?.digest}`;
    },
  };
}

function nextRelease({ repository, release }: ReleaseRecord): ReleaseRecord {
  const revision = "e2e0".repeat(10);
  const digest = `sha256:${"e2e0".repeat(16)}`;
  return {
    repository,
    release: { tag: `main-${revision}`, digest, revision, runNumber: (release?.runNumber ?? 0) + 1 },
  };
}
