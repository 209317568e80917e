import type { Sample } from "./sample.ts";

export const fixed: readonly Sample[] = [
  {
    name: "another selector of a Deployment",
    risks: ["immutable-field"],
    change: (draft) =>
      draft.set("Deployment", "chat-server", "spec.selector.matchLabels.app~kubernetes~io/part-of", "platform"),
  },
  {
    name: "a Service that gives its address up",
    risks: ["immutable-field"],
    change: (draft) => draft.set("Service", "chat-app/chat-server", "spec.clusterIP", "None"),
  },
  {
    name: "another role in a binding",
    risks: ["immutable-field", "widens-access"],
    change: (draft) =>
      draft.set("RoleBinding", "chat-app/traefik", "roleRef", {
        apiGroup: "rbac.authorization.k8s.io",
        kind: "ClusterRole",
        name: "cluster-admin",
      }),
  },
  {
    name: "another image of a Job",
    risks: ["immutable-field"],
    given: [
      {
        app: "chat-server",
        object: {
          apiVersion: "batch/v1",
          kind: "Job",
          metadata: { name: "migration", namespace: "chat-app" },
          spec: {
            template: {
              spec: {
                restartPolicy: "Never",
                containers: [{ name: "migration", image: "ghcr.io/sipixer/server-chat:first" }],
              },
            },
          },
        },
      },
    ],
    change: (draft) =>
      draft.set("Job", "migration", "spec.template.spec.containers.0.image", "ghcr.io/sipixer/server-chat:next"),
  },
];
