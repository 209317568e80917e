import { createHash } from "node:crypto";
import { z } from "zod";
import { digestSchema } from "../../config/release.ts";
import { UserError } from "../../config/user-error.ts";
import { createFetchBytes } from "./fetch-bytes.ts";

const descriptorSchema = z.object({ mediaType: z.string(), digest: digestSchema, size: z.int().min(0) });
const manifestSchema = z.object({
  manifests: z.array(descriptorSchema).default([]),
  layers: z.array(descriptorSchema).default([]),
  annotations: z.record(z.string(), z.string()).default({}),
});

/** What a manifest says of another piece of content. */
export type Descriptor = z.infer<typeof descriptorSchema>;

/** A manifest or an index: of an image, or of what refers to an image. */
export interface OciManifest extends z.infer<typeof manifestSchema> {
  /** Computed from what the registry answered, never taken from a header. */
  readonly digest: string;
}

/** One repository of a registry, read anonymously. Every method throws a UserError with exit code 3 when it fails. */
export interface Registry {
  /** By tag or digest; null if the registry does not know it. */
  readonly readManifest: (reference: string) => Promise<OciManifest | null>;
  /** What refers to a digest, such as attestations and signatures. */
  readonly listReferrers: (digest: string) => Promise<readonly Descriptor[]>;
  readonly readBlob: (digest: string, maxBytes: number) => Promise<Buffer>;
}

/** The size up to which registries take manifests: https://github.com/opencontainers/distribution-spec */
const maxManifestBytes = 4 * 1024 * 1024;
const indexType = "application/vnd.oci.image.index.v1+json";
const manifestTypes = [
  indexType,
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/** Opens `registry/path` for reading; on this machine without TLS, as every client of registries does. */
export function openRegistry(repository: string, signal: AbortSignal): Registry {
  const slash = repository.indexOf("/");
  const host = repository.slice(0, slash);
  const path = repository.slice(slash + 1);
  const origin = `${/^(localhost|127\.0\.0\.1)(:\d+)?$/.test(host) ? "http" : "https"}://${host}`;
  const fetchBytes = createFetchBytes(origin, path, signal);

  const readManifest: Registry["readManifest"] = async (reference) => {
    const bytes = await fetchBytes(`/v2/${path}/manifests/${reference}`, {
      accept: manifestTypes,
      maxBytes: maxManifestBytes,
    });
    if (bytes === null) return null;
    const digest = reference.startsWith("sha256:") ? expectDigest(bytes, reference, repository) : digestOf(bytes);
    return { digest, ...parseManifest(bytes, `${repository} ${reference}`) };
  };

  return {
    readManifest,
    listReferrers: async (digest) => {
      const bytes = await fetchBytes(`/v2/${path}/referrers/${digest}`, {
        accept: indexType,
        maxBytes: maxManifestBytes,
      });
      if (bytes !== null) return parseManifest(bytes, `${repository} referrers of ${digest}`).manifests;
      // ghcr.io has no referrers API (it answers 404). The specification's tag takes its place, and whoever attests keeps
      // an index there: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#referrers-tag-schema
      return (await readManifest(digest.replace(":", "-")))?.manifests ?? [];
    },
    readBlob: async (digest, maxBytes) => {
      const bytes = await fetchBytes(`/v2/${path}/blobs/${digest}`, { maxBytes });
      if (bytes === null) throw broken(`${repository} names ${digest} but does not have it`);
      expectDigest(bytes, digest, repository);
      return bytes;
    },
  };
}

function parseManifest(bytes: Buffer, source: string): z.infer<typeof manifestSchema> {
  try {
    return manifestSchema.parse(JSON.parse(bytes.toString()));
  } catch {
    throw broken(`${source} is not a manifest or an index`);
  }
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

function expectDigest(bytes: Buffer, expected: string, repository: string): string {
  const found = digestOf(bytes);
  if (found !== expected) throw broken(`${repository} answered ${found} when asked for ${expected}`);
  return found;
}

function broken(found: string): UserError {
  return new UserError(`${found}.`, {
    remedy: "The registry, or something on the way to it, does not tell the truth. Nothing was changed.",
    exitCode: 3,
  });
}
