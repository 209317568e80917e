import type { Application } from "./argocd.ts";
import { isWell } from "./argocd.ts";
import type { Kube } from "./kube.ts";

/** When the Applications appeared and became Healthy, as positions in the one stream of events that was watched. */
export type SyncRecord = Readonly<Record<string, { readonly created: number; readonly healthy?: number }>>;

export interface SyncRecorder {
  readonly read: () => SyncRecord;
}

/** Watches Applications from before the first one exists, so that nothing of the order is missed. */
export async function recordSync(kube: Kube, namespace: string, signal: AbortSignal): Promise<SyncRecorder> {
  const record: Record<string, { created: number; healthy?: number }> = {};
  let position = 0;
  await kube.watch<Application>(
    { apiVersion: "argoproj.io/v1alpha1", kind: "Application", namespace },
    (application) => {
      position += 1;
      const { name } = application.metadata;
      record[name] ??= { created: position };
      const entry = record[name];
      if (entry.healthy === undefined && application.status?.health?.status === "Healthy" && isWell(application))
        entry.healthy = position;
    },
    signal,
  );
  return { read: () => record };
}
