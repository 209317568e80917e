import { annotationField } from "../field.ts";
import { fieldsOf } from "../kinds.ts";
import { defineRule } from "../rule.ts";

const kinds = { "cert-manager.io/cluster-issuer": "ClusterIssuer", "cert-manager.io/issuer": "Issuer" };

export default defineRule({
  id: "ingress-issuer",
  severity: "error",
  why: "Nobody issues the certificate, and visitors are shown Traefik's own, which browsers refuse.",
  fix: "Annotate the Ingress with cert-manager.io/cluster-issuer and a ClusterIssuer that is rendered.",
  check: function* (tree) {
    for (const manifest of tree.ofKind("Ingress")) {
      const { namespace, annotations = {} } = manifest.object.metadata;
      const { tls = [] } = fieldsOf(manifest, "Ingress").spec ?? {};
      const named = Object.entries(kinds).filter(([annotation]) => annotations[annotation] !== undefined);
      for (const [annotation, kind] of named) {
        const name = annotations[annotation] ?? "";
        if (tree.find(kind, kind === "Issuer" ? namespace : undefined, name)) continue;
        yield { manifest, field: annotationField(annotation), found: `the ${kind} ${name}, which is not rendered` };
      }
      if (named.length > 0) continue;
      for (const [i, { secretName }] of tls.entries()) {
        const isIssued = tree
          .inNamespace("Certificate", namespace ?? "")
          .some(
            ({ object }) => (object.spec as { readonly secretName?: string } | undefined)?.secretName === secretName,
          );
        if (!isIssued) {
          yield { manifest, field: `spec.tls[${i}]`, found: `the certificate ${secretName} without an issuer` };
        }
      }
    }
  },
});
