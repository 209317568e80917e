import type { Sample } from "./sample.ts";

export const network: readonly Sample[] = [
  {
    name: "a Service that selects other pods",
    risks: ["interrupts-service"],
    change: (draft) => draft.set("Service", "chat-app/chat-server", "spec.selector.app~kubernetes~io/name", "chat"),
  },
  {
    name: "a Service that gets a load balancer of its own",
    risks: ["exposes-port"],
    change: (draft) => draft.set("Service", "chat-app/chat-server", "spec.type", "LoadBalancer"),
  },
  {
    name: "another host name of the chat",
    risks: ["interrupts-service", "exposes-port"],
    change: (draft) => draft.set("Ingress", "chat-app/chat-server", "spec.rules.0.host", "chat.example.org"),
  },
  {
    name: "Redis, open to every address",
    risks: ["widens-access"],
    change: (draft) =>
      draft.set("NetworkPolicy", "chat-app/redis", "spec.ingress.1", {
        from: [{ ipBlock: { cidr: "0.0.0.0/0" } }],
        ports: [{ port: 6379, protocol: "TCP" }],
      }),
  },
  {
    name: "the same addresses and ports of Traefik in more rules",
    risks: [],
    change: (draft) =>
      draft.set("NetworkPolicy", "traefik/traefik", "spec.ingress.0", {
        from: [{ ipBlock: { cidr: "0.0.0.0/1" } }, { ipBlock: { cidr: "128.0.0.0/1" } }],
        ports: [
          { port: 8000, protocol: "TCP" },
          { port: 8443, endPort: 8443, protocol: "TCP" },
        ],
      }),
  },
];
