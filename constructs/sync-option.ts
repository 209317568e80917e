/**
 * Argo CD compares sync options as exact strings and ignores an unknown one silently, so they are an enumeration here.
 * Source: argo-cd v3.5 docs/user-guide/sync-options.md.
 */
export const syncOptions = [
  "ApplyOutOfSyncOnly=true",
  "ClientSideApplyMigration=false",
  "CreateNamespace=false",
  "CreateNamespace=true",
  "Delete=false",
  "FailOnSharedResource=true",
  "Prune=false",
  "PruneLast=true",
  "PrunePropagationPolicy=foreground",
  "Replace=true",
  "RespectIgnoreDifferences=true",
  "ServerSideApply=true",
  "SkipDryRunOnMissingResource=true",
  "Validate=false",
] as const;

export type SyncOption = (typeof syncOptions)[number];

/** Options that may stand on a single object, in its annotation. */
export const objectSyncOptions = [
  "Delete=false",
  "Force=true",
  "Prune=false",
  "Replace=true",
  "ServerSideApply=true",
  "SkipDryRunOnMissingResource=true",
] as const;

export type ObjectSyncOption = (typeof objectSyncOptions)[number];

export const syncOptionsAnnotation = "argocd.argoproj.io/sync-options";
export const syncWaveAnnotation = "argocd.argoproj.io/sync-wave";

/**
 * Keeps an object alive when it leaves git or its Application is deleted: for what cannot be made again. What is kept
 * is no difference either, or its Application would be OutOfSync for ever and hold up the waves behind it.
 */
export const keepAnnotations = {
  [syncOptionsAnnotation]: "Prune=false,Delete=false",
  "argocd.argoproj.io/compare-options": "IgnoreExtraneous",
} as const;
