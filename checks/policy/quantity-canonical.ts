import type { Manifest } from "../../render/manifest.ts";
import { keyed } from "../field.ts";
import { fieldsOf } from "../kinds.ts";
import type { Quantities } from "../pod-spec.ts";
import { allContainers, podTemplates } from "../pods.ts";
import { canonicalQuantity } from "../quantity.ts";
import { defineRule, type Violation } from "../rule.ts";
import { claims } from "../volumes.ts";

export default defineRule({
  id: "quantity-canonical",
  severity: "error",
  why: "The API server writes the amount in another way, and Argo CD sees a difference that no sync ever ends.",
  fix: "Write it as the API server does.",
  check: function* (tree) {
    for (const { container, field, pod } of allContainers(tree)) {
      yield* notCanonical(pod.manifest, `${field}.resources.requests`, container.resources?.requests);
      yield* notCanonical(pod.manifest, `${field}.resources.limits`, container.resources?.limits);
    }
    for (const { manifest, spec, specField } of podTemplates(tree)) {
      for (const [i, { emptyDir }] of (spec.volumes ?? []).entries()) {
        const { sizeLimit } = (emptyDir ?? {}) as { readonly sizeLimit?: string };
        if (sizeLimit !== undefined) {
          yield* notCanonical(manifest, `${specField}.volumes[${i}].emptyDir`, { sizeLimit });
        }
      }
    }
    for (const { manifest, spec, field } of claims(tree)) {
      yield* notCanonical(manifest, `${field}.resources.requests`, spec.resources?.requests);
    }
    for (const manifest of tree.ofKind("ResourceQuota")) {
      yield* notCanonical(manifest, "spec.hard", fieldsOf(manifest, "ResourceQuota").spec?.hard);
    }
    for (const manifest of tree.ofKind("LimitRange")) {
      for (const [i, { type: _, ...bounds }] of (fieldsOf(manifest, "LimitRange").spec?.limits ?? []).entries()) {
        for (const [name, amounts] of Object.entries(bounds)) {
          yield* notCanonical(manifest, `spec.limits[${i}].${name}`, amounts);
        }
      }
    }
  },
});

function* notCanonical(manifest: Manifest, field: string, amounts: Quantities = {}): Generator<Violation> {
  for (const [name, amount] of Object.entries(amounts)) {
    const canonical = canonicalQuantity(amount);
    if (canonical !== undefined && canonical !== String(amount)) {
      yield { manifest, field: keyed(field, name), found: `${amount}, which the API server writes as ${canonical}` };
    }
  }
}
