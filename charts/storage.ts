import { defineApp } from "../constructs/app.ts";
import { hetznerStorageClass } from "../constructs/storage-class.ts";
import { KubeStorageClass, StorageClassReclaimPolicy, StorageClassVolumeBindingMode } from "../imports/k8s.ts";

export default defineApp({
  name: "storage",
  namespace: "kube-system",
  summary: "StorageClass for Hetzner volumes that outlive their claim",
  dependsOn: ["hcloud-csi"],
  render(chart) {
    new KubeStorageClass(chart, "retained", {
      // The driver's own class `hcloud-volumes` is switched off in its values: it deletes the volume with the claim.
      metadata: { name: hetznerStorageClass },
      provisioner: "csi.hetzner.cloud",
      // Hetzner has one class of volume; the driver knows no `type` (csi-driver v2.22.1 internal/driver/controller.go).
      parameters: { "csi.storage.k8s.io/fstype": "ext4" },
      reclaimPolicy: StorageClassReclaimPolicy.RETAIN,
      // The volume is made where the pod is scheduled; a volume never leaves its location.
      volumeBindingMode: StorageClassVolumeBindingMode.WAIT_FOR_FIRST_CONSUMER,
      allowVolumeExpansion: true,
    });
  },
});
