import type { Release } from "../config/release.ts";

/** An image that a release names, in the repository that its record has always named. */
export interface ReleasedImage {
  /** Registry and path, such as `ghcr.io/owner/name`. */
  readonly repository: string;
  readonly release: Release;
}

export interface Verification {
  /** The branch itself says which digest the release had: what its tag names by now changes nothing. */
  readonly rollback: boolean;
}

/**
 * Resolves if the registry has the image with that digest, but for a rollback under that tag, and the image carries the
 * attestation of our own image workflow. Throws a UserError otherwise: exit code 2 for an image that is not ours, 3 for a
 * registry that does not answer.
 */
export type VerifyImage = (image: ReleasedImage, verification: Verification) => Promise<void>;
