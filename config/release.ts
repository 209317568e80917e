import { z } from "zod";

/** The digest of an image's manifest, as a registry computes it. */
export const digestSchema = z.string().regex(/^sha256:[0-9a-f]{64}$/, { error: "expected sha256: and 64 hex digits" });

/**
 * One image of our own pipeline: what the image workflow announces, and what config/images/<image>.json records. One
 * schema for both, so nothing can be announced that could not be recorded.
 */
export const releaseSchema = z
  .strictObject({
    tag: z.string().regex(/^main-[0-9a-f]{40}$/, { error: "expected main- and the 40 hex digits of the commit" }),
    digest: digestSchema,
    /** The commit that the image was built from. */
    revision: z.string().regex(/^[0-9a-f]{40}$/, { error: "expected the 40 hex digits of the commit" }),
    /** Counts the runs of the image workflow: the larger one is the newer image. */
    runNumber: z.int().positive(),
  })
  .refine((release) => release.tag === `main-${release.revision}`, {
    path: ["revision"],
    error: "expected the commit that the tag names",
  });

export type Release = z.infer<typeof releaseSchema>;
