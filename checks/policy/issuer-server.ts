import { fieldsOf } from "../kinds.ts";
import { defineRule } from "../rule.ts";

/** Directories of Let's Encrypt (letsencrypt.org/docs/acme-protocol-updates, letsencrypt.org/docs/staging-environment). */
const directories = {
  production: "https://acme-v02.api.letsencrypt.org/directory",
  staging: "https://acme-staging-v02.api.letsencrypt.org/directory",
} as const;

export default defineRule({
  id: "issuer-server",
  severity: "error",
  why: "Certificates come from nowhere, or from the other server than the name says: browsers refuse those of staging, and tries against production use up a week's allowance.",
  fix: "Use the directory of Let's Encrypt that the issuer's name speaks of.",
  check: function* (tree) {
    for (const manifest of tree.ofKind("ClusterIssuer")) {
      const server = fieldsOf(manifest, "ClusterIssuer").spec?.acme?.server;
      if (server === undefined) continue;
      const found = Object.values<string>(directories).includes(server)
        ? misnamed(manifest.object.metadata.name, server)
        : `the ACME server ${server}, which is none of Let's Encrypt's`;
      if (found !== undefined) yield { manifest, field: "spec.acme.server", found };
    }
  },
});

function misnamed(name: string, server: string): string | undefined {
  for (const [word, directory] of Object.entries(directories)) {
    if (name.includes(word) && server !== directory) return `the server ${server} of the issuer ${name}`;
  }
  return undefined;
}
