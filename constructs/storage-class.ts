/** The StorageClass of charts/storage.ts, for whoever claims a volume. */
export const hetznerStorageClass = "hcloud-retained";
