import type { Manifest } from "../render/manifest.ts";
import { installedChart } from "./applications.ts";
import { fieldsOf } from "./kinds.ts";
import type { ClaimSpec } from "./pod-spec.ts";
import { podTemplates } from "./pods.ts";
import { replicasOf } from "./roll-out.ts";
import { oncePerTree } from "./tree.ts";

/** Provisioner of Hetzner volumes (csi-driver v2.22.1). */
export const hetznerDriver = "csi.hetzner.cloud";

/** A StorageClass that the driver's own chart makes. */
interface ChartClass {
  readonly name?: string;
  readonly defaultStorageClass?: boolean;
}

/**
 * Classes of the driver's chart: one, the default, unless its values say otherwise (csi-driver v2.22.1
 * chart/values.yaml).
 */
export const chartClasses = oncePerTree((tree): readonly ChartClass[] => {
  const chart = installedChart(tree, "hcloudCsi");
  if (chart === undefined) return [];
  const { storageClasses } = chart.values as { readonly storageClasses?: readonly ChartClass[] };
  return storageClasses ?? [{ name: "hcloud-volumes", defaultStorageClass: true }];
});

/** A claim for volumes: a PersistentVolumeClaim, a claim template of a StatefulSet, or an ephemeral volume of a pod. */
export interface ClaimSite {
  readonly manifest: Manifest;
  readonly spec: ClaimSpec;
  /** Field of the claim's spec in the object. */
  readonly field: string;
  /** Volumes it stands for: one for each pod of a StatefulSet. */
  readonly count: number;
}

/** Every claim that is rendered. */
export const claims = oncePerTree((tree): readonly ClaimSite[] => {
  const sites: ClaimSite[] = tree.ofKind("PersistentVolumeClaim").map((manifest) => ({
    manifest,
    spec: fieldsOf(manifest, "PersistentVolumeClaim").spec ?? {},
    field: "spec",
    count: 1,
  }));
  for (const pod of podTemplates(tree)) {
    const { manifest, spec, specField } = pod;
    const count = replicasOf(tree, pod);
    if (manifest.object.kind === "StatefulSet") {
      for (const [i, template] of (fieldsOf(manifest, "StatefulSet").spec?.volumeClaimTemplates ?? []).entries()) {
        sites.push({ manifest, spec: template.spec ?? {}, field: `spec.volumeClaimTemplates[${i}].spec`, count });
      }
    }
    for (const [i, { ephemeral }] of (spec.volumes ?? []).entries()) {
      const template = ephemeral?.volumeClaimTemplate;
      if (template) {
        const field = `${specField}.volumes[${i}].ephemeral.volumeClaimTemplate.spec`;
        sites.push({ manifest, spec: template.spec ?? {}, field, count });
      }
    }
  }
  return sites;
});

const hetznerClasses = oncePerTree((tree) => {
  const rendered = tree
    .ofKind("StorageClass")
    .filter((one) => fieldsOf(one, "StorageClass").provisioner === hetznerDriver);
  return new Set([
    ...chartClasses(tree).map(({ name }) => name),
    ...rendered.map(({ object }) => object.metadata.name),
  ]);
});

/**
 * Claims that Hetzner's driver serves: by class, or by the lack of one, since no other driver has a default class here.
 */
export const hetznerClaims = oncePerTree((tree): readonly ClaimSite[] =>
  claims(tree).filter(
    ({ spec }) => spec.storageClassName === undefined || hetznerClasses(tree).has(spec.storageClassName),
  ),
);
