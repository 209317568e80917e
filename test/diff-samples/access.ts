import type { Sample } from "./sample.ts";

export const access: readonly Sample[] = [
  {
    name: "Traefik may delete Secrets",
    risks: ["widens-access"],
    change: (draft) =>
      draft.set("Role", "chat-app/traefik", "rules.1", {
        apiGroups: [""],
        resources: ["secrets"],
        verbs: ["get", "list", "watch", "delete"],
      }),
  },
  {
    name: "the same rights of Traefik in fewer rules",
    risks: [],
    change(draft) {
      draft.set("Role", "chat-app/traefik", "rules.0.resources", ["services", "secrets", "configmaps"]);
      draft.set("Role", "chat-app/traefik", "rules.1.resources", ["configmaps"]);
    },
  },
  {
    name: "a project that allows every namespace",
    risks: ["widens-access"],
    change: (draft) => draft.set("AppProject", "chat-server", "spec.destinations.0.namespace", "*"),
  },
];
