import { setTimeout as sleep } from "node:timers/promises";
import type { Kube, StoredObject } from "./kube.ts";
import { githubHeaders, postEvent, signEvent } from "./push-event.ts";
import { waitUntil } from "./wait-until.ts";

/** An Application, as far as the suite reads it. */
export interface Application extends StoredObject {
  readonly spec: { readonly project: string; readonly source: { readonly repoURL: string; readonly path?: string } };
  readonly status?: {
    readonly sync?: { readonly status: string; readonly revision?: string };
    readonly health?: { readonly status: string; readonly message?: string };
    readonly conditions?: readonly { readonly type: string; readonly message: string }[];
    readonly operationState?: {
      readonly phase: string;
      readonly message?: string;
      readonly syncResult?: {
        readonly revision?: string;
        readonly resources?: readonly {
          readonly kind: string;
          readonly namespace?: string;
          readonly name: string;
          readonly status?: string;
          readonly message?: string;
        }[];
      };
    };
  };
}

interface TreeNode {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly health?: { readonly status: string; readonly message?: string };
}

export type ArgoCd = ReturnType<typeof createArgoCd>;

/** Argo CD as its users see it: Applications in the cluster, and the server's address for webhook and resource tree. */
export function createArgoCd(kube: Kube, server: string, namespace: string, webhookSecret: string) {
  const applications = { apiVersion: "argoproj.io/v1alpha1", kind: "Application", namespace };

  /** What Argo CD says about everything that is not well: conditions, the last operation, resources with bad health. */
  async function diagnose(): Promise<string> {
    const all = await kube.list<Application>(applications);
    const unwell = all.filter((one) => !isWell(one) || (one.status?.conditions ?? []).length > 0);
    const reports = await Promise.all(unwell.map(describe));
    return [`${all.length} Applications, of which these are not Synced and Healthy:`, ...reports].join("\n");
  }

  async function describe(application: Application): Promise<string> {
    const { status, metadata } = application;
    const operation = status?.operationState;
    const failed = (operation?.syncResult?.resources ?? []).filter(
      (one) => one.status !== undefined && one.status !== "Synced",
    );
    const lines = [
      `- ${metadata.name}: ${status?.sync?.status ?? "no sync status"}, ${status?.health?.status ?? "no health"}`,
      ...(status?.conditions ?? []).map(({ type, message }) => `    ${type}: ${message}`),
      ...(operation ? [`    operation ${operation.phase}: ${operation.message ?? ""}`] : []),
      ...failed.map((one) => `    ${one.kind} ${one.namespace ?? ""}/${one.name} ${one.status}: ${one.message ?? ""}`),
      ...(await resourcesUnwell(metadata.name)),
    ];
    return lines.join("\n");
  }

  async function resourcesUnwell(name: string): Promise<string[]> {
    const response = await fetch(`http://${server}/api/v1/applications/${name}/resource-tree`);
    if (!response.ok) return [`    no resource tree: ${response.status}`];
    const { nodes = [] } = (await response.json()) as { nodes?: TreeNode[] };
    return nodes
      .filter(({ health }) => health !== undefined && health.status !== "Healthy")
      .map(
        ({ kind, name: object, namespace: where, health }) =>
          `    ${kind} ${where ?? ""}/${object} is ${health?.status}: ${health?.message ?? ""}`,
      );
  }

  return {
    diagnose,

    get: (name: string) => kube.get<Application>({ ...applications, name }),

    list: () => kube.list<Application>(applications),

    /** Posts the git host's push event; Argo CD then looks at the commit at once instead of at its next poll. */
    async announce(body: string): Promise<void> {
      const response = await postEvent(server, githubHeaders(signEvent(webhookSecret, body)), body);
      if (!response.ok) throw new Error(`The webhook answered ${response.status}: ${await response.text()}`);
    },

    /** Lets Argo CD look at git now, past its caches. */
    refresh: (name: string) =>
      kube.patch({ ...applications, name }, { metadata: { annotations: { "argocd.argoproj.io/refresh": "hard" } } }),

    /** Waits until every Application is Synced and Healthy, and stays so for a moment. */
    async settle(timeoutMs: number): Promise<readonly Application[]> {
      const well = async () => {
        const all = await kube.list<Application>(applications);
        return all.length > 0 && all.every(isWell) && all;
      };
      await waitUntil("every Application is Synced and Healthy", well, { timeoutMs, diagnose });
      await sleep(300);
      return waitUntil("every Application stays Synced and Healthy", well, { timeoutMs, diagnose });
    },
  };
}

/** Synced, Healthy, and no operation under way. */
export function isWell({ status }: Application): boolean {
  return (
    status?.sync?.status === "Synced" &&
    status.health?.status === "Healthy" &&
    status.operationState?.phase !== "Running"
  );
}
