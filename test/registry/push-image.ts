import { runNumberAnnotation } from "../../config/image-builder.ts";
import type { Release } from "../../config/release.ts";
import type { Descriptor, DockerRegistry } from "./docker-registry.ts";

const indexType = "application/vnd.oci.image.index.v1+json";
const manifestType = "application/vnd.oci.image.manifest.v1+json";
const emptyType = "application/vnd.oci.empty.v1+json";
const bundleType = "application/vnd.dev.sigstore.bundle.v0.3+json";

export interface PushedImage {
  readonly repository: string;
  readonly release: Release;
  /** Where it lies in the registry, without the registry's name. */
  readonly path: string;
  readonly index: Descriptor;
}

/** Pushes a small image for two architectures, as the image workflow does. */
export async function pushImage(
  registry: DockerRegistry,
  { path = "owner/server-chat", revision = "a".repeat(40), runNumber = 7, content = "one" } = {},
): Promise<PushedImage> {
  const manifests = [];
  for (const architecture of ["amd64", "arm64"]) {
    const config = await registry.pushBlob(path, {
      mediaType: "application/vnd.oci.image.config.v1+json",
      bytes: Buffer.from(JSON.stringify({ architecture, os: "linux", content })),
    });
    const manifest = { schemaVersion: 2, mediaType: manifestType, config, layers: [] };
    const pushed = await registry.pushManifest(path, manifestType, manifest);
    manifests.push({ ...pushed, platform: { architecture, os: "linux" } });
  }
  const tag = `main-${revision}`;
  const annotations = { [runNumberAnnotation]: String(runNumber) };
  const index = await registry.pushManifest(
    path,
    indexType,
    { schemaVersion: 2, mediaType: indexType, manifests, annotations },
    tag,
  );
  const release = { tag, digest: index.digest, revision, runNumber };
  return { repository: `${registry.host}/${path}`, release, path, index };
}

/**
 * Pushes bundles that refer to an image, and gives the index of them. The layout is that of actions/attest 4 with
 * push-to-registry: one layer with the bundle, an empty configuration, the image as subject.
 */
export async function pushReferrers(
  registry: DockerRegistry,
  { path, index }: PushedImage,
  bundles: readonly unknown[],
): Promise<object> {
  const config = await registry.pushBlob(path, { mediaType: emptyType, bytes: Buffer.from("{}") });
  const manifests = [];
  for (const bundle of bundles) {
    const layer = await registry.pushBlob(path, { mediaType: bundleType, bytes: Buffer.from(JSON.stringify(bundle)) });
    const manifest = {
      schemaVersion: 2,
      mediaType: manifestType,
      artifactType: bundleType,
      config,
      layers: [layer],
      subject: index,
    };
    // The type that ghcr.io's index gives them.
    manifests.push({ ...(await registry.pushManifest(path, manifestType, manifest)), artifactType: emptyType });
  }
  return { schemaVersion: 2, mediaType: indexType, manifests };
}

/** Attaches bundles to an image by the tag that takes the place of a missing referrers API. */
export async function attach(registry: DockerRegistry, image: PushedImage, bundles: readonly unknown[]): Promise<void> {
  const referrers = await pushReferrers(registry, image, bundles);
  await registry.pushManifest(image.path, indexType, referrers, image.index.digest.replace(":", "-"));
}
