import { formatYaml } from "../../render/yaml.ts";
import { production } from "../production.ts";
import type { Sample } from "./sample.ts";

const container = "spec.template.spec.containers.0";

export const notation: readonly Sample[] = [
  {
    name: "a comment, and the same fields in another order",
    risks: ["nothing-happens"],
    change: () => undefined,
    rewrite: {
      path: `dist/${production.name}/chat-server/Service.chat-app.chat-server.yaml`,
      text: (object) => `# The chat.\n${formatYaml(Object.fromEntries(Object.entries(object).reverse()))}`,
    },
  },
  {
    name: "rules of a Role in another order",
    risks: ["nothing-happens"],
    change(draft) {
      draft.reverse("Role", "chat-app/traefik", "rules.0.verbs");
      draft.reverse("Role", "chat-app/traefik", "rules");
    },
  },
  {
    name: "the same amount of memory in bytes, and defaults, written out",
    risks: ["nothing-happens"],
    change(draft) {
      draft.set("Deployment", "chat-server", `${container}.resources.limits.memory`, String(256 * 2 ** 20));
      draft.set("Deployment", "chat-server", `${container}.ports.0.protocol`, "TCP");
      draft.set("Deployment", "chat-server", `${container}.livenessProbe.successThreshold`, 1);
      draft.set("Deployment", "chat-server", `${container}.terminationMessagePolicy`, "File");
      draft.set("Deployment", "chat-server", "spec.template.spec.dnsPolicy", "ClusterFirst");
      draft.set("Deployment", "chat-server", "spec.progressDeadlineSeconds", 600);
      draft.set("Service", "chat-app/chat-server", "spec.type", "ClusterIP");
    },
  },
];
