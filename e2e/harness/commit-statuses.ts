import { argocdNamespace } from "../../constructs/argocd-configuration.ts";
import { notificationsSecret } from "../../constructs/argocd-notifications.ts";
import type { PushedCommit } from "./checkout-copy.ts";
import { type CommitStatus, startGithubApi } from "./github-api.ts";
import { startNotificationsController } from "./notifications-controller.ts";
import type { connectPlatform } from "./platform.ts";
import { waitUntil } from "./wait-until.ts";

export type CommitStatuses = Awaited<ReturnType<typeof openCommitStatuses>>;

/**
 * Lets Argo CD report to a GitHub on this machine, which answers for the real address: with the notifications controller,
 * and with the Secret that a person makes (docs/how-to/connect-git-and-argo-cd.md).
 */
export async function openCommitStatuses(platform: ReturnType<typeof connectPlatform>) {
  const { argocd, cluster, folders, git, kube, kubeconfig, programs, waiting } = platform;
  const repository = new URL(git.repository).pathname.slice(1).replace(/\.git$/, "");
  const github = await startGithubApi();
  await cluster.mirror("https://api.github.com", github.url);
  const { name, keys } = notificationsSecret;
  const secret = { apiVersion: "v1", kind: "Secret", namespace: argocdNamespace, name };
  const object = {
    apiVersion: secret.apiVersion,
    kind: secret.kind,
    metadata: { name, namespace: secret.namespace },
    stringData: {
      [keys.appId]: github.app.id,
      [keys.installationId]: github.app.installation,
      [keys.privateKey]: github.app.privateKey,
    },
  };
  await kube.create(object);
  const controller = startNotificationsController(
    programs,
    folders.notifications,
    kubeconfig,
    cluster.mirrorVariables(),
  );

  const statusesOf = ({ revision }: PushedCommit, app: string) =>
    github.statusesOf(repository, revision, `argocd/${app}`);

  return {
    repository,
    statusesOf,
    reported: github.reported,
    refused: github.refused,

    /** What the commit is told of the app, once it is this state. */
    arrives(commit: PushedCommit, app: string, state: string): Promise<CommitStatus> {
      const last = async () => {
        const found = statusesOf(commit, app).at(-1);
        return found?.state === state && found;
      };
      const diagnose = async () => [await argocd.diagnose(), ...github.refused, ...controller.complaints()].join("\n");
      return waitUntil(`${app} reports a ${state} on ${commit.revision}`, last, { ...waiting, diagnose });
    },

    async close(): Promise<void> {
      controller.close();
      github.close();
      await kube.remove(secret);
    },
  };
}
