import { createHash } from "node:crypto";
import { z } from "zod";

const Hashes = z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/));

/** schemas/lock.json: for each source where it came from, and the SHA-256 of what was read and of what was written. */
export const Lock = z.strictObject({
  sources: z.record(
    z.string(),
    z.strictObject({
      /** The URL, or the folder's base name: a path would differ on every machine. */
      source: z.string(),
      version: z.string(),
      inputs: Hashes,
      outputs: Hashes,
    }),
  ),
});
export type Lock = z.infer<typeof Lock>;

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
