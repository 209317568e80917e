import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inject } from "vitest";
import { argocdNamespace } from "../../constructs/argocd-configuration.ts";
import { createArgoCd } from "./argocd.ts";
import { openCheckoutCopy, type PushedCommit } from "./checkout-copy.ts";
import { type ClusterVariables, createCluster, type TraefikAddresses } from "./cluster.ts";
import { createKube } from "./kube.ts";
import { writePushEvent } from "./push-event.ts";
import type { SyncRecord } from "./sync-record.ts";

/** What the setup hands to the test files. */
export interface PlatformFacts {
  readonly root: string;
  readonly folders: Folders;
  readonly clusterCommand: string;
  readonly cluster: ClusterVariables;
  readonly traefik: TraefikAddresses;
  readonly git: { readonly repository: string; readonly branch: string };
  /** What git host and Argo CD share. */
  readonly webhookSecret: string;
  readonly syncRecord: SyncRecord;
}

/** Everything that a run writes, under the one folder that `npm run e2e` makes and removes. */
export interface Folders {
  readonly cluster: string;
  readonly copy: string;
  readonly charts: string;
  readonly acme: string;
  /** Of the way into Argo CD that the webhook's Ingress describes. */
  readonly gateway: string;
  readonly notifications: string;
  /** Clones in which the workflow runs. */
  readonly runners: string;
  readonly trap: string;
  readonly times: string;
}

declare module "vitest" {
  export interface ProvidedContext {
    platform: PlatformFacts;
  }
}

export function foldersIn(folder: string): Folders {
  const inside = (name: string) => join(folder, name);
  return {
    cluster: inside("cluster"),
    copy: inside("copy"),
    charts: inside("charts"),
    acme: inside("acme"),
    gateway: inside("gateway"),
    notifications: inside("notifications"),
    runners: inside("runners"),
    trap: inside("trap"),
    times: inside("times.jsonl"),
  };
}

/** Name of the repository in the test cluster that answers for the real one. */
export const repositoryName = "platform";

/** Longest that a change may take to arrive, in a test. */
export const arrivalMs = 60_000;

/** The running platform, for a test file. */
export function connectPlatform() {
  const facts = inject("platform");
  const kube = createKube(facts.cluster.KUBECONFIG, facts.folders.cluster);
  const argocd = createArgoCd(kube, facts.cluster.ARGOCD_SERVER, argocdNamespace, facts.webhookSecret);
  const copy = openCheckoutCopy(facts.folders.copy);
  const announced = async (commit: PushedCommit): Promise<PushedCommit> => {
    await argocd.announce(writePushEvent(facts.git, commit));
    return commit;
  };
  return {
    ...facts,
    kube,
    argocd,
    copy,
    cluster: createCluster(facts.clusterCommand, facts.folders.cluster),
    kubeconfig: facts.cluster.KUBECONFIG,
    argocdServer: facts.cluster.ARGOCD_SERVER,
    /** Folder of the cluster's programs, kubectl among them. */
    programs: facts.cluster.CLUSTER_BIN,
    repositoryFolder: join(facts.cluster.CLUSTER_GIT_DIR, `${repositoryName}.git`),
    /** Adds an app of e2e/apps to the copy and synthesises it: one file, as for every app. */
    async addApp(name: string): Promise<void> {
      const source = readFileSync(join(facts.root, "e2e", "apps", `${name}.ts`), "utf8");
      copy.write(`charts/${name}.ts`, source.replaceAll('"../../', '"../'));
      await copy.synth();
    },
    async removeApp(name: string): Promise<void> {
      copy.remove(`charts/${name}.ts`);
      await copy.synth();
    },
    /** Commits what was edited in the copy and pushes it, with the git host's push event. */
    push: async (message: string) => announced(await copy.commitAndPush(message)),
    /** Takes what a machine has pushed, with the git host's push event for its newest commit. */
    pull: async () => announced(await copy.pull()),
    revert: async (commit: PushedCommit) => announced(await copy.revertAndPush(commit)),
    /** For afterEach: the next test finds the platform as committed, also behind one that failed half-way. */
    async restore(): Promise<void> {
      const commit = await copy.restoreAndPush();
      if (commit) await announced(commit);
      await argocd.settle(arrivalMs);
    },
    waiting: { timeoutMs: arrivalMs, diagnose: argocd.diagnose },
  };
}
