import { groupOf } from "../../render/manifest.ts";
import { defineRule } from "../rule.ts";

/** Kinds that Argo CD leaves out since 3.0, by group (argo-cd v3.5.1 docs/operator-manual/upgrading/2.14-3.0.md). */
const excluded: Readonly<Record<string, readonly string[]>> = {
  "": ["Endpoints"],
  "authentication.k8s.io": ["SelfSubjectReview", "TokenReview"],
  "authorization.k8s.io": [
    "LocalSubjectAccessReview",
    "SelfSubjectAccessReview",
    "SelfSubjectRulesReview",
    "SubjectAccessReview",
  ],
  "cert-manager.io": ["CertificateRequest"],
  "certificates.k8s.io": ["CertificateSigningRequest"],
  "cilium.io": ["CiliumEndpoint", "CiliumEndpointSlice", "CiliumIdentity"],
  "coordination.k8s.io": ["Lease"],
  "discovery.k8s.io": ["EndpointSlice"],
  "kyverno.io": [
    "AdmissionReport",
    "BackgroundScanReport",
    "ClusterAdmissionReport",
    "ClusterBackgroundScanReport",
    "UpdateRequest",
  ],
  "reports.kyverno.io": ["ClusterEphemeralReport", "EphemeralReport"],
  "wgpolicyk8s.io": ["ClusterPolicyReport", "PolicyReport"],
};

export default defineRule({
  id: "ignored-by-argocd",
  severity: "error",
  why: "Argo CD leaves this kind out (resource.exclusions): it is never applied, and the app looks synchronised all the same.",
  fix: "Leave it to the controller that makes it, and render what that controller reads.",
  check: function* (tree) {
    for (const manifest of tree.deployed) {
      const { apiVersion, kind } = manifest.object;
      if (excluded[groupOf(apiVersion)]?.includes(kind)) {
        yield { manifest, field: "kind", found: `an object of kind ${kind}` };
      }
    }
  },
});
