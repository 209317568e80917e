import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { imageBuilder } from "../../config/image-builder.ts";
import type { Release } from "../../config/release.ts";
import { git } from "../../test/git-remote.ts";
import { startDockerRegistry } from "../../test/registry/docker-registry.ts";
import { attach, pushImage } from "../../test/registry/push-image.ts";
import { createSigstore } from "../../test/sigstore.ts";
import { placeStandIns } from "../../test/workflows/act/platform-remote.ts";
import { runWorkflow } from "../../test/workflows/act/run-workflow.ts";
import type { connectPlatform } from "./platform.ts";

/** A release, and the image reference that a Deployment of it has. */
export interface PublishedImage {
  readonly release: Release;
  readonly reference: string;
}

/**
 * What lies before Argo CD: a registry on this machine with attested images, and update-image.yml, run by act on the
 * cluster's repository. The copy's working tree is changed to know the registry, and is not committed.
 */
export async function openImagePipeline(platform: ReturnType<typeof connectPlatform>) {
  const { copy, folders, git: source, repositoryFolder } = platform;
  const registry = await startDockerRegistry();
  const sigstore = await createSigstore();
  mkdirSync(folders.runners);
  placeStandIns(folders.copy, `${registry.host}/owner/server-chat`, sigstore.trustRoot);
  await copy.synth();
  const remote = {
    path: repositoryFolder,
    folder: folders.runners,
    clone(name: string) {
      const path = join(folders.runners, name);
      git(folders.runners, "clone", "--quiet", repositoryFolder, path);
      return path;
    },
  };

  return {
    /** As image.yml: builds nothing, but pushes and attests. */
    async publish(runNumber: number): Promise<PublishedImage> {
      const revision = runNumber.toString(16).padStart(40, "0");
      const image = await pushImage(registry, { revision, runNumber, content: String(runNumber) });
      const { release, repository } = image;
      await attach(registry, image, [await sigstore.attest({ builder: imageBuilder(source), release })]);
      return { release, reference: `${repository}:${release.tag}@${release.digest}` };
    },

    /** Runs the workflow on the event of this image. Throws with its log unless it succeeds. */
    async update({ release }: PublishedImage): Promise<void> {
      const content = { action: "update-chat-app-image", client_payload: release };
      const name = `run-${release.runNumber}`;
      const { exitCode, log } = await runWorkflow(remote, { name, type: "repository_dispatch", content });
      if (exitCode !== 0) throw new Error(`update-image.yml ended with ${exitCode}:\n${log}`);
    },

    close: () => registry.stop(),
  };
}
