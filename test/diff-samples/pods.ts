import type { Sample } from "./sample.ts";

const container = "spec.template.spec.containers.0";

export const pods: readonly Sample[] = [
  {
    name: "a new image of the chat",
    risks: ["restarts-pods"],
    change: (draft) => draft.set("Deployment", "chat-server", `${container}.image`, "ghcr.io/sipixer/server-chat:next"),
  },
  {
    name: "a new image of Redis, which has one replica",
    risks: ["restarts-pods", "interrupts-service"],
    change: (draft) => draft.set("StatefulSet", "redis", `${container}.image`, "docker.io/library/redis:8.2.3-alpine"),
  },
  {
    name: "the same amount of memory of Redis in bytes: another text of a StatefulSet's template",
    risks: ["restarts-pods", "interrupts-service"],
    change: (draft) => draft.set("StatefulSet", "redis", `${container}.resources.limits.memory`, String(384 * 2 ** 20)),
  },
  {
    name: "another setting of the chat, with the checksum that goes with it",
    risks: ["restarts-pods"],
    change(draft) {
      draft.set("ConfigMap", "chat-app/chat-server", "data.LOG_LEVEL", "debug");
      draft.set("Deployment", "chat-server", "spec.template.metadata.annotations.checksum/config", "0123");
    },
  },
  {
    name: "another setting of the chat, without its checksum",
    risks: [],
    change: (draft) => draft.set("ConfigMap", "chat-app/chat-server", "data.LOG_LEVEL", "debug"),
  },
  {
    name: "three replicas of the chat instead of two",
    risks: [],
    change: (draft) => draft.set("Deployment", "chat-server", "spec.replicas", 3),
  },
  {
    name: "Recreate, with a new image",
    risks: ["restarts-pods", "interrupts-service"],
    change(draft) {
      draft.set("Deployment", "chat-server", "spec.strategy", { type: "Recreate" });
      draft.set("Deployment", "chat-server", `${container}.image`, "ghcr.io/sipixer/server-chat:next");
    },
  },
  {
    name: "variables of a container in another order: another template",
    risks: ["restarts-pods"],
    change: (draft) => draft.reverse("Deployment", "chat-server", `${container}.env`),
  },
];
