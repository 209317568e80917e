import { defineApp } from "../constructs/app.ts";
import { operatorNamespace } from "./calico.ts";

/**
 * The kinds of Calico and of its operator. Upstream took them out of the operator's chart in v3.32: without them its
 * `Installation` is refused.
 */
export default defineApp({
  name: "calico-crds",
  namespace: operatorNamespace,
  summary: "CustomResourceDefinitions of Calico and its operator",
  dependsOn: ["namespaces"],
  // The chart takes no annotations for single CRDs. A CRD that goes takes all its objects along.
  syncOptions: ["Delete=false", "Prune=false"],
  ignoreDifferences: [
    {
      group: "apiextensions.k8s.io",
      kind: "CustomResourceDefinition",
      jsonPointers: ["/spec/preserveUnknownFields"],
      why: "the chart states false, which the API server drops as its default: without server-side diff a difference for ever",
    },
  ],
  helm: () => ({
    chart: "calicoCrds",
    releaseName: "calico-crds",
    // The chart has no value to set.
    values: {},
    workloads: [],
    creates: {
      clusterKinds: [{ group: "apiextensions.k8s.io", kind: "CustomResourceDefinition" }],
      namespacedKinds: [],
    },
  }),
});
