import { defineApp } from "../constructs/app.ts";

/** Values of traefik/traefik-helm-chart@2b426860 traefik-crds. All of them are stated: each one is a set of kinds. */
interface TraefikCrdsValues {
  readonly traefik: boolean;
  readonly hub: boolean;
  readonly gatewayAPI: boolean;
  readonly gatewayAPIExperimental: boolean;
  readonly knative: boolean;
  /** Without it every CRD carries `helm.sh/resource-policy: keep`. */
  readonly deleteOnUninstall: boolean;
}

/** Why this chart, although upstream folded it into another one: docs/decisions/traefik-crds.md. */
export default defineApp({
  name: "traefik-crds",
  namespace: "traefik",
  summary: "CustomResourceDefinitions of Traefik",
  dependsOn: ["namespaces"],
  // The chart takes no annotations for single CRDs. A CRD that goes takes all its objects along.
  syncOptions: ["Delete=false", "Prune=false"],
  helm: () => {
    const values: TraefikCrdsValues = {
      traefik: true,
      hub: false,
      gatewayAPI: false,
      gatewayAPIExperimental: false,
      knative: false,
      deleteOnUninstall: false,
    };
    return {
      chart: "traefikCrds",
      releaseName: "traefik-crds",
      values,
      workloads: [],
      creates: {
        clusterKinds: [{ group: "apiextensions.k8s.io", kind: "CustomResourceDefinition" }],
        namespacedKinds: [],
      },
    };
  },
});
