import type { Environment } from "../config/environment.ts";

/** The Secret with the rights of Argo CD's GitHub App. A person makes it at bootstrap; git never sees it. */
export const notificationsSecret = {
  name: "argocd-notifications-secret",
  keys: {
    appId: "github-app-id",
    installationId: "github-installation-id",
    privateKey: "github-private-key",
  },
} as const;

/** How a sync ended, as a commit status of GitHub. */
interface Outcome {
  readonly name: string;
  readonly state: "success" | "failure";
  /** Condition on `operation`, `sync` and `health` of the Application. */
  readonly when: string;
  /** It is told again when this changes. */
  readonly oncePer: string;
  /** GitHub shows the first 140 characters. */
  readonly message: string;
}

const operation = "app.status.operationState";
/** The sync that is judged, the first time and after a self-healing alike. */
const thisSync = `${operation}.syncResult.revision + ${operation}.startedAt`;
/** The newest status of a commit is the one that counts, so one that broke and recovered is told both times. */
const thisHealth = `${thisSync} + string(app.status.health.lastTransitionTime)`;
const applied = `${operation}.phase == "Succeeded" and app.status.sync.status == "Synced"`;

const outcomes: readonly Outcome[] = [
  {
    name: "deployed",
    state: "success",
    when: `${applied} and app.status.health.status == "Healthy"`,
    oncePer: thisHealth,
    message: "Synced and healthy",
  },
  {
    name: "degraded",
    state: "failure",
    when: `${applied} and app.status.health.status == "Degraded"`,
    oncePer: thisHealth,
    message: "Synced, but what runs is not healthy",
  },
  {
    name: "failed",
    state: "failure",
    // A refused sync is repeated for a quarter of an hour before its phase says so.
    when: `${operation}.phase in ["Error", "Failed"] or (${operation}.phase == "Running" and ${operation}.retryCount != nil)`,
    oncePer: thisSync,
    message: `{{.${operation}.message}}`,
  },
];

/**
 * Argo CD's notifications: each Application that reads this repository answers with a commit status `argocd/<name>` on the
 * commit that it synced. An Application of a Helm chart has no commit of its own; what a commit changes in it is a change
 * of the root Application, which waits for it.
 *
 * They are the chart's values `notifications` and become the ConfigMap argocd-notifications-cm
 * (argo-cd v3.4 docs/operator-manual/notifications/services/github.md).
 */
export function argocdNotifications({ git }: Environment) {
  const trigger = "commit-status";
  const { keys } = notificationsSecret;
  const page = git.repository.replace(/\.git$/, "");
  const revision = `{{.${operation}.syncResult.revision}}`;
  return {
    /** From Argo CD's ConfigMap, a name after `$` is a key of the Secret. */
    notifiers: {
      "service.github": json({
        appID: `$${keys.appId}`,
        installationID: `$${keys.installationId}`,
        privateKey: `$${keys.privateKey}`,
      }),
    },
    subscriptions: [{ recipients: ["github"], triggers: [trigger] }],
    triggers: {
      [`trigger.${trigger}`]: json(
        outcomes.map(({ name, when, oncePer }) => ({
          when: `app.spec.source?.path != nil and app.status?.operationState?.syncResult?.revision != nil and (${when})`,
          oncePer,
          send: [name],
        })),
      ),
    },
    templates: Object.fromEntries(
      outcomes.map(({ name, state, message }) => [
        `template.${name}`,
        json({
          message,
          github: {
            repoURLPath: git.repository,
            revisionPath: revision,
            // Argo CD's own pages are not on the internet; what it was told to apply is.
            status: {
              state,
              label: "argocd/{{.app.metadata.name}}",
              targetURL: `${page}/tree/${revision}/{{.app.spec.source.path}}`,
            },
          },
        }),
      ]),
    ),
  };
}

/** JSON is YAML, which is what the ConfigMap holds. */
function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
