import { fieldsOf } from "./kinds.ts";
import type { StringMap } from "./pod-spec.ts";
import { oncePerTree } from "./tree.ts";

/** Namespaces of every cluster (Kubernetes docs, concepts/overview/working-with-objects/namespaces). */
const builtIn: readonly string[] = ["default", "kube-node-lease", "kube-public", "kube-system"];

/** Label that Kubernetes itself puts on every namespace. */
export const namespaceNameLabel = "kubernetes.io/metadata.name";

/** Labels of every namespace that exists once all Applications are synchronised, by its name. */
export const namespaceLabels = oncePerTree((tree): ReadonlyMap<string, StringMap> => {
  const labels = new Map<string, StringMap>();
  const add = (name: string, own: StringMap = {}) => labels.set(name, { ...own, [namespaceNameLabel]: name });
  for (const name of builtIn) add(name);
  for (const { release } of tree.apps) for (const name of release?.creates.otherNamespaces ?? []) add(name);
  for (const manifest of tree.ofKind("Application")) {
    const { destination, syncPolicy } = fieldsOf(manifest, "Application").spec ?? {};
    if (destination?.namespace && syncPolicy?.syncOptions?.includes("CreateNamespace=true")) add(destination.namespace);
  }
  for (const { object } of tree.ofKind("Namespace")) add(object.metadata.name, object.metadata.labels);
  return labels;
});
