import type { Descriptor, Registry } from "./registry.ts";

/** A provenance takes some 10 KB; larger neighbours, such as an SBOM, are not what is looked for. */
const maxBundleBytes = 1024 * 1024;
/** A build attaches three at most, and a commit is rarely built twice. */
const maxReferrers = 50;

/** Type of the layer that actions/attest and cosign 3 push: a Sigstore bundle of any version. */
const bundleType = /^application\/vnd\.dev\.sigstore\.bundle(\.v\d+\.\d+\+json|\+json;version=\d+\.\d+)$/;

/** Something that refers to an image: a bundle, or why it is none. */
export type Attached = { readonly digest: string } & ({ readonly bundle: unknown } | { readonly unfit: string });

/**
 * Everything that is attached to a digest. The types that the registry's index states are not asked: ghcr.io's names
 * another one than the manifest does (https://github.com/NVIDIA/aicr/issues/1957), and nobody vouches for them.
 */
export async function readBundles(registry: Registry, digest: string): Promise<Attached[]> {
  const attached: Attached[] = [];
  for (const referrer of (await registry.listReferrers(digest)).slice(0, maxReferrers))
    attached.push({ digest: referrer.digest, ...(await readBundle(registry, referrer)) });
  return attached;
}

async function readBundle(registry: Registry, referrer: Descriptor): Promise<{ bundle: unknown } | { unfit: string }> {
  const layers = (await registry.readManifest(referrer.digest))?.layers ?? [];
  const layer = layers.find(({ mediaType }) => bundleType.test(mediaType));
  if (layer === undefined) return { unfit: "it is not a Sigstore bundle" };
  if (layer.size > maxBundleBytes) return { unfit: `it has ${layer.size} bytes, more than a provenance` };
  const bytes = await registry.readBlob(layer.digest, maxBundleBytes);
  try {
    return { bundle: JSON.parse(bytes.toString()) };
  } catch {
    return { unfit: "it is not JSON" };
  }
}
