import { existsSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { imageBuilder } from "../../../config/image-builder.ts";
import { git, type Remote } from "../../git-remote.ts";
import { production } from "../../production.ts";
import { type DockerRegistry, startDockerRegistry } from "../../registry/docker-registry.ts";
import { attach, pushImage } from "../../registry/push-image.ts";
import { createSigstore } from "../../sigstore.ts";
import { createPlatformRemote } from "./platform-remote.ts";
import { runWorkflow, type WorkflowEvent, type WorkflowRun } from "./run-workflow.ts";

/**
 * A story in a network namespace with nothing but loopback: a registry with three images, two of them attested, a remote,
 * and one event after the other. Prints what became of each as JSON.
 */

export interface Chapter extends WorkflowRun {
  readonly name: string;
  /** Of the remote branch after it, the newest first, without the first one. */
  readonly commits: readonly { readonly author: string; readonly message: string; readonly paths: readonly string[] }[];
  /** The release in the remote's record. */
  readonly release: unknown;
  /** Whether something of the event was run. */
  readonly pwned: boolean;
}

export interface Story {
  readonly interfaces: readonly string[];
  readonly chapters: readonly Chapter[];
}

if (import.meta.main) {
  const registry = await startDockerRegistry();
  try {
    const chapters = await tellStory(registry);
    const story: Story = { interfaces: Object.keys(networkInterfaces()), chapters };
    process.stdout.write(JSON.stringify(story));
  } finally {
    await registry.stop();
  }
}

async function tellStory(registry: DockerRegistry): Promise<Chapter[]> {
  const sigstore = await createSigstore();
  const builder = imageBuilder(production.git);
  const push = async (letter: string, runNumber: number, attested: boolean) => {
    const image = await pushImage(registry, { revision: letter.repeat(40), runNumber, content: letter });
    if (attested) await attach(registry, image, [await sigstore.attest({ builder, release: image.release })]);
    return image;
  };
  const [first, unattested, second] = [await push("a", 7, true), await push("b", 8, false), await push("c", 9, true)];
  using remote = createPlatformRemote(first.repository, sigstore.trustRoot);
  const pwned = join(remote.folder, "pwned");
  const events = [
    announce("poisoned", { ...first.release, tag: `${first.release.tag}"; touch ${pwned}; #` }),
    announce("unattested", unattested.release),
    announce("first", first.release),
    announce("replayed", first.release),
    announce("second", second.release),
    rollBack("poisoned-rollback", `$(touch ${pwned})"; touch ${pwned}; #`),
    rollBack("rollback", first.release.tag),
  ];
  const chapters: Chapter[] = [];
  for (const event of events) {
    const run = await runWorkflow(remote, event);
    chapters.push({ name: event.name, ...run, ...readRemote(remote), pwned: existsSync(pwned) });
  }
  return chapters;
}

function announce(name: string, payload: object): WorkflowEvent {
  const content = { action: "update-chat-app-image", client_payload: payload };
  return { name, type: "repository_dispatch", content };
}

function rollBack(name: string, tag: string): WorkflowEvent {
  return { name, type: "workflow_dispatch", content: { inputs: { tag } } };
}

function readRemote({ path }: Remote): Pick<Chapter, "commits" | "release"> {
  const hashes = git(path, "log", "--format=%H", "main").split("\n").slice(0, -1);
  const show = (hash: string, format: string) => git(path, "log", "-1", `--format=${format}`, hash);
  return {
    commits: hashes.map((hash) => ({
      author: show(hash, "%an"),
      message: show(hash, "%B"),
      paths: git(path, "show", "--format=", "--name-only", hash).split("\n"),
    })),
    release: JSON.parse(git(path, "show", "main:config/images/server-chat.json")).release,
  };
}
