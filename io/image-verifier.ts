import type { TrustedRoot } from "@sigstore/protobuf-specs";
import { toTrustMaterial } from "@sigstore/verify";
import type { ReleasedImage, Verification, VerifyImage } from "../bump/image-verifier.ts";
import { type ImageBuilder, runNumberAnnotation } from "../config/image-builder.ts";
import { UserError } from "../config/user-error.ts";
import { readBundles } from "./oci/read-bundles.ts";
import { openRegistry, type Registry } from "./oci/registry.ts";
import { findBundleFaults } from "./verify-attestation.ts";

/** For all of a registry's answers together: a dozen small documents. */
const patienceMs = 60_000;

export interface ImageVerifierOptions {
  readonly builder: ImageBuilder;
  /** Sigstore's keys; asked for when there is something to verify. */
  readonly readTrustRoot: () => Promise<TrustedRoot>;
  readonly signal: AbortSignal;
}

/** The verifier of the real thing: asks the registry of the image, and trusts nothing that it says unproven. */
export function createImageVerifier({ builder, readTrustRoot, signal }: ImageVerifierOptions): VerifyImage {
  return async (image, verification) => {
    const registry = openRegistry(image.repository, AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]));
    await verifyPresence(registry, image, verification);
    const attached = await readBundles(registry, image.release.digest);
    if (attached.length === 0) throw refused(image, "carries no attestation");
    const trust = toTrustMaterial(await readTrustRoot());
    const verdicts = attached.map((one) => ({
      digest: one.digest,
      faults: "unfit" in one ? [one.unfit] : findBundleFaults(one.bundle, trust, { builder, release: image.release }),
    }));
    if (verdicts.some(({ faults }) => faults.length === 0)) return;
    const reasons = verdicts.map(({ digest, faults }) => `\n  ${digest}: ${faults.join("; ")}`);
    throw refused(image, `carries no attestation of ${builder.workflow} in ${builder.repository}:${reasons.join("")}`);
  };
}

async function verifyPresence(registry: Registry, image: ReleasedImage, { rollback }: Verification): Promise<void> {
  const { tag, digest, runNumber } = image.release;
  const named = await registry.readManifest(digest);
  if (named === null) throw refused(image, "is not in the registry");
  const tagged = rollback ? named : await registry.readManifest(tag);
  if (tagged?.digest !== digest)
    throw refused(image, `is not what the tag ${tag} names, which is ${tagged?.digest ?? "nothing"}`);
  const builtBy = named.annotations[runNumberAnnotation];
  if (builtBy !== String(runNumber))
    throw refused(image, `was built by run ${builtBy ?? "of no number"}, not by run ${runNumber}`);
}

function refused({ repository, release }: ReleasedImage, found: string): UserError {
  return new UserError(`${repository}@${release.digest} ${found}.`, {
    remedy: "Only what the image workflow built, pushed and attested is deployed. Nothing was changed.",
  });
}
