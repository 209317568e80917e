import type { Sample } from "./sample.ts";

export const argocd: readonly Sample[] = [
  {
    name: "an Application in a later wave that no longer prunes",
    risks: ["changes-sync"],
    change(draft) {
      draft.set("Application", "redis", "metadata.annotations.argocd~argoproj~io/sync-wave", "9");
      draft.set("Application", "redis", "spec.syncPolicy.automated.prune", false);
    },
  },
  {
    name: "more memory in the values of a chart",
    risks: ["restarts-pods"],
    change: (draft) =>
      draft.set("Application", "argocd", "spec.source.helm.valuesObject.server.resources.limits.memory", "512Mi"),
  },
];
