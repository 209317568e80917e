import type { Chart } from "cdk8s";
import type { Environment } from "../config/environment.ts";
import { argocdConfiguration, argocdNamespace } from "../constructs/argocd-configuration.ts";
import { Application } from "../imports/argoproj.io.ts";
import { KubeConfigMap } from "../imports/k8s.ts";
import { addProject, inCluster, retry } from "./applications.ts";
import { appFolder, applicationsFolder } from "./layout.ts";
import type { KubernetesObject } from "./manifest.ts";

/** Name of the root Application and of its project. */
const rootName = "root";

/** In the order of application: settings first, because the root's first sync already needs the health of Applications. */
const order = ["ConfigMap", "AppProject", "Application"];

/** `bootstrap/<environment>/NN-<Kind>.<name>.yaml`; the number is the order in which they are applied. */
export function bootstrapPath(environment: string, object: KubernetesObject): string {
  return `bootstrap/${environment}/${order.indexOf(object.kind) + 1}0-${object.kind}.${object.metadata.name}.yaml`;
}

/** What a cluster with Argo CD is given by hand, once: Argo CD's settings and the root Application. */
export function addBootstrap(chart: Chart, environment: Environment): void {
  const { cm, params, rbac } = argocdConfiguration(environment);
  for (const [name, data] of Object.entries({
    "argocd-cm": cm,
    "argocd-cmd-params-cm": params,
    "argocd-rbac-cm": rbac,
  })) {
    new KubeConfigMap(chart, name, {
      metadata: {
        name,
        namespace: argocdNamespace,
        // Argo CD reads only ConfigMaps that carry this label.
        labels: { "app.kubernetes.io/name": name, "app.kubernetes.io/part-of": "argocd" },
      },
      data: { ...data },
    });
  }

  addProject(chart, rootName, "Applications and their projects, and nothing else", {
    repository: environment.git.repository,
    namespaces: [argocdNamespace],
    clusterKinds: [],
    namespacedKinds: [
      { group: "argoproj.io", kind: "AppProject" },
      { group: "argoproj.io", kind: "Application" },
    ],
  });

  // No finalizer: deleting the root by mistake must not delete the platform. It lies outside the folder that it syncs,
  // so it can neither change nor prune itself. It prunes, because an app that left git must leave the cluster too
  // (docs/decisions/root-prunes.md).
  new Application(chart, "root", {
    metadata: { name: rootName, namespace: argocdNamespace },
    spec: {
      project: rootName,
      source: {
        repoUrl: environment.git.repository,
        targetRevision: environment.git.branch,
        path: appFolder(environment.name, applicationsFolder),
        directory: { include: "*.yaml" },
      },
      destination: { server: inCluster, namespace: argocdNamespace },
      syncPolicy: {
        automated: { prune: true, selfHeal: true },
        // For ever: a root that gave up would let the waves behind an outage wait for the next commit.
        retry: { ...retry, limit: -1 },
        // Not PruneLast: it prunes everything in one wave, and an Application whose project is gone can never finish its
        // deletion. By waves it goes before its project.
        syncOptions: ["ServerSideApply=true"],
      },
    },
  });
}
