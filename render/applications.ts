import type { Chart } from "cdk8s";
import type { AppDefinition, GroupKind, HelmRelease, PlatformPins } from "../constructs/app.ts";
import { argocdNamespace } from "../constructs/argocd-configuration.ts";
import { type SyncOption, syncWaveAnnotation } from "../constructs/sync-option.ts";
import { Application, AppProject } from "../imports/argoproj.io.ts";
import { appFolder } from "./layout.ts";
import { groupOf, type Manifest } from "./manifest.ts";
import type { Planned } from "./rendered.ts";

/** The cluster that Argo CD runs in. */
export const inCluster = "https://kubernetes.default.svc";

/** Before wave 0, so that an Application never meets a project that is not there yet. */
const projectWave = -1;

/** What an app may do, worked out from what it renders; nothing of it is stated twice. */
export interface Permissions {
  readonly repository: string;
  readonly namespaces: readonly string[];
  readonly clusterKinds: readonly (GroupKind & { readonly name?: string })[];
  readonly namespacedKinds: readonly GroupKind[];
}

/** Permissions of an app with a folder in dist/: exactly the kinds, names and namespaces of its manifests. */
export function permissionsOfManifests(
  repository: string,
  namespace: string,
  manifests: readonly Manifest[],
): Permissions {
  const objects = manifests.map(({ object }) => object);
  const namespaced = objects.filter(({ metadata }) => metadata.namespace !== undefined);
  return {
    repository,
    namespaces: sortedUnique([namespace, ...namespaced.map(({ metadata }) => metadata.namespace ?? namespace)]),
    clusterKinds: uniqueBy(
      objects
        .filter(({ metadata }) => metadata.namespace === undefined)
        .map(({ apiVersion, kind, metadata }) => ({ group: groupOf(apiVersion), kind, name: metadata.name })),
    ),
    namespacedKinds: uniqueBy(namespaced.map(({ apiVersion, kind }) => ({ group: groupOf(apiVersion), kind }))),
  };
}

/** Permissions of a Helm chart: what it was read to create at the pinned version. */
export function permissionsOfRelease(repository: string, namespace: string, release: HelmRelease): Permissions {
  return {
    repository,
    namespaces: sortedUnique([namespace, ...(release.creates.otherNamespaces ?? [])]),
    clusterKinds: uniqueBy(release.creates.clusterKinds),
    namespacedKinds: uniqueBy(release.creates.namespacedKinds),
  };
}

/** Adds the AppProject of an app: with it, a wrong or planted object in the app's folder is refused by Argo CD. */
export function addProject(chart: Chart, name: string, summary: string, permissions: Permissions): void {
  const nothing = [{ group: "*", kind: "*" }];
  new AppProject(chart, `project-${name}`, {
    metadata: { name, namespace: argocdNamespace, annotations: { [syncWaveAnnotation]: String(projectWave) } },
    spec: {
      description: summary,
      sourceRepos: [permissions.repository],
      destinations: permissions.namespaces.map((namespace) => ({ server: inCluster, namespace })),
      clusterResourceWhitelist: permissions.clusterKinds.map((one) => ({ ...one })),
      // An empty list of namespaced kinds would allow all of them.
      ...(permissions.namespacedKinds.length > 0
        ? { namespaceResourceWhitelist: permissions.namespacedKinds.map((one) => ({ ...one })) }
        : { namespaceResourceBlacklist: nothing }),
    },
  });
}

/**
 * A failed sync is tried again with the newest commit: without `refresh` a refused one would be retried to the last
 * attempt, and the revert that mends it would wait that long. Argo CD multiplies before the first attempt too: 10 s.
 */
export const retry = { limit: 10, refresh: true, backoff: { duration: "5s", factor: 2, maxDuration: "3m" } } as const;

/** Adds the Application of an app: its own project, its wave, and the options that its objects need. */
export function addApplication(chart: Chart, planned: Planned, pins: PlatformPins, permissions: Permissions): void {
  const { app, wave, environment, release } = planned;
  const pin = release && pins.charts[release.chart];
  new Application(chart, `application-${app.name}`, {
    metadata: {
      name: app.name,
      namespace: argocdNamespace,
      annotations: {
        [syncWaveAnnotation]: String(wave),
        // A commit that touches another folder does not make Argo CD render this one again.
        ...(release ? {} : { "argocd.argoproj.io/manifest-generate-paths": "." }),
      },
      // Removing an app removes its objects; those that cannot be made again carry Delete=false. The API server warns of
      // the shorter form, which has no path.
      finalizers: ["resources-finalizer.argocd.argoproj.io/background"],
    },
    spec: {
      project: app.name,
      source:
        release && pin
          ? {
              repoUrl: pin.repository,
              chart: pin.chart,
              targetRevision: pin.version,
              helm: { releaseName: release.releaseName, valuesObject: release.values },
            }
          : {
              repoUrl: environment.git.repository,
              targetRevision: environment.git.branch,
              path: appFolder(environment.name, app.name),
              directory: { include: "*.yaml" },
            },
      destination: { server: inCluster, namespace: app.namespace },
      syncPolicy: {
        automated: { prune: true, selfHeal: true },
        retry,
        syncOptions: syncOptionsOf(app, permissions),
      },
      ...(app.ignoreDifferences
        ? {
            ignoreDifferences: app.ignoreDifferences.map(({ why: _, ...fields }) => ({
              ...fields,
              jsonPointers: [...fields.jsonPointers],
            })),
          }
        : {}),
    },
  });
}

function syncOptionsOf(
  { syncOptions = [], ignoreDifferences = [] }: AppDefinition,
  permissions: Permissions,
): SyncOption[] {
  const options = new Set<SyncOption>([
    // Several CRDs are larger than the annotation of a client-side apply can hold (262,144 bytes).
    "ServerSideApply=true",
    "FailOnSharedResource=true",
    "PruneLast=true",
    ...syncOptions,
  ]);
  const kinds = [...permissions.clusterKinds, ...permissions.namespacedKinds];
  // Kinds that another app installs: the first dry run would fail on them.
  if (kinds.some(({ group }) => isCustomGroup(group))) options.add("SkipDryRunOnMissingResource=true");
  // Without it a sync writes the ignored field all the same (a replica count back to the one in git).
  if (ignoreDifferences.length > 0) options.add("RespectIgnoreDifferences=true");
  return [...options].sort();
}

/** Whether a CRD defines the group: built-in groups have no dot, or end in k8s.io. */
export function isCustomGroup(group: string): boolean {
  return group.includes(".") && !group.endsWith(".k8s.io");
}

function sortedUnique(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}

function uniqueBy<T extends GroupKind & { readonly name?: string }>(kinds: readonly T[]): T[] {
  const key = (one: T) => `${one.group}/${one.kind}/${one.name ?? ""}`;
  const byKey = new Map(kinds.map((one) => [key(one), one]));
  return [...byKey.keys()].sort().flatMap((one) => byKey.get(one) ?? []);
}
