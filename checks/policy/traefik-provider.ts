import { defineRule } from "../rule.ts";
import { isEnabled, type Provider, traefiks } from "../traefik.ts";

const kinds: Readonly<Record<Provider, readonly string[]>> = {
  kubernetescrd: ["Middleware", "TLSOption"],
  kubernetesingress: ["Ingress"],
};

export default defineRule({
  id: "traefik-provider",
  severity: "error",
  why: "Traefik does not read the kind, and drops every route that needs it: people get 404.",
  fix: "Switch the provider on in Traefik's arguments.",
  check: function* (tree) {
    for (const traefik of traefiks(tree)) {
      const { field, pod } = traefik;
      for (const [provider, names] of Object.entries(kinds)) {
        const unread = names.filter((kind) => tree.ofKind(kind).length > 0);
        if (isEnabled(traefik, `providers.${provider}`) || unread.length === 0) continue;
        const found = `a Traefik without the provider ${provider} for ${unread.join(" and ")}`;
        yield { manifest: pod.manifest, field: `${field}.args`, found };
      }
    }
  },
});
