/**
 * Facts of Hetzner Cloud that configuration and rules share.
 * Sources: load-balancer locations in the annotation reference of hcloud-cloud-controller-manager v1.35.0
 * (docs/reference/load_balancer_annotations.md); network zones in Hetzner's "Locations" page; retired server types
 * and sizes in hetznercloud/cli#1211 and Hetzner's price list of September 2026.
 */
export const networkZoneByLocation = {
  fsn1: "eu-central",
  nbg1: "eu-central",
  hel1: "eu-central",
  ash: "us-east",
  hil: "us-west",
  sin: "ap-southeast",
} as const;

export type Location = keyof typeof networkZoneByLocation;
export const locations = Object.keys(networkZoneByLocation) as Location[];
export const networkZones = [...new Set(Object.values(networkZoneByLocation))];

/** Size of the server types that can be ordered. A type that is missing here is one line with its source away. */
export const serverTypes = {
  cpx12: { cpuCores: 1, memoryGib: 2 },
  cpx22: { cpuCores: 2, memoryGib: 4 },
  cx23: { cpuCores: 2, memoryGib: 4 },
} as const;

export type ServerType = keyof typeof serverTypes;

/** No longer sold since 2025-12-31: ordering one ends with "server type not found". */
export const retiredServerTypes: readonly string[] = [
  "cx22",
  "cx32",
  "cx42",
  "cx52",
  "cpx11",
  "cpx21",
  "cpx31",
  "cpx41",
  "cpx51",
];

/** Hetzner bills and creates at least this much for a volume (csi-driver v2.22.1, MinVolumeSize). */
export const minimumVolumeGib = 10;

/** A server takes at most this many volumes (csi-driver v2.22.1, MaxVolumesPerNode). */
export const maximumVolumesPerServer = 16;
