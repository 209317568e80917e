import type { PlacedObject, Sample } from "./sample.ts";

const keep = { "argocd.argoproj.io/sync-options": "Prune=false,Delete=false" };

function claim(annotations?: Readonly<Record<string, string>>): PlacedObject {
  return {
    app: "redis",
    object: {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "archive", namespace: "chat-app", ...(annotations ? { annotations } : {}) },
      spec: {
        accessModes: ["ReadWriteOnce"],
        storageClassName: "hcloud-retained",
        resources: { requests: { storage: "10Gi" } },
      },
    },
  };
}

export const stored: readonly Sample[] = [
  {
    name: "a claim that git no longer has",
    risks: ["deletes-data", "deletes-object"],
    given: [claim()],
    change: (draft) => draft.remove("PersistentVolumeClaim", "archive"),
  },
  {
    name: "a claim that git no longer has, with Prune=false",
    risks: ["nothing-happens"],
    given: [claim(keep)],
    change: (draft) => draft.remove("PersistentVolumeClaim", "archive"),
  },
  {
    name: "a namespace that git no longer has",
    risks: ["deletes-data", "deletes-object"],
    given: [{ app: "namespaces", object: { apiVersion: "v1", kind: "Namespace", metadata: { name: "scratch" } } }],
    change: (draft) => draft.remove("Namespace", "scratch"),
  },
  {
    name: "a larger claim template of Redis",
    risks: ["immutable-field"],
    change: (draft) =>
      draft.set("StatefulSet", "redis", "spec.volumeClaimTemplates.0.spec.resources.requests.storage", "20Gi"),
  },
  {
    name: "volumes that go with their claims",
    risks: ["deletes-data", "immutable-field"],
    change: (draft) => draft.set("StorageClass", "hcloud-retained", "reclaimPolicy", "Delete"),
  },
];
