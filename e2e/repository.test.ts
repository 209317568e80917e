import { afterEach, expect, test } from "vitest";
import { connectPlatform } from "./harness/platform.ts";
import { waitUntil } from "./harness/wait-until.ts";

const { argocd, copy, git, kube, repositoryFolder, waiting } = connectPlatform();
const renamed = "trunk";

async function renameBranch(from: string, to: string): Promise<void> {
  await copy.renameRemoteBranch(repositoryFolder, from, to);
  await argocd.refresh("root");
}

afterEach(async () => {
  await argocd.settle(waiting.timeoutMs);
});

// Somebody renames the branch on the git host, or the environment names one that was never pushed.
test("without the branch that the environment names, Argo CD says so and takes nothing away", async () => {
  const before = await running();
  const explains = async () => {
    const diagnosis = await argocd.diagnose();
    return diagnosis.includes(`unable to resolve '${git.branch}' to a commit SHA`) && diagnosis;
  };
  await renameBranch(git.branch, renamed);
  try {
    expect(await waitUntil("Argo CD names the branch", explains, waiting)).toContain("- root: Unknown");
    expect(await running()).toEqual(before);
  } finally {
    await renameBranch(renamed, git.branch);
  }
});

/** Everything that the apps run, by its identity. */
async function running(): Promise<(string | undefined)[]> {
  const kinds = [
    { apiVersion: "argoproj.io/v1alpha1", kind: "Application" },
    { apiVersion: "apps/v1", kind: "Deployment" },
    { apiVersion: "apps/v1", kind: "StatefulSet" },
    { apiVersion: "v1", kind: "Namespace" },
  ];
  const lists = await Promise.all(kinds.map((kind) => kube.list(kind)));
  const uids = lists.flat().map(({ metadata }) => metadata.uid);
  expect(uids.length).toBeGreaterThan(kinds.length);
  return uids.sort();
}
