import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TrustedRoot } from "@sigstore/protobuf-specs";
import { getTrustedRoot } from "@sigstore/tuf";
import { UserError } from "../config/user-error.ts";

/** A TUF repository other than Sigstore's public one. */
export interface TrustSource {
  readonly mirrorURL: string;
  /** File with the root metadata from which its updates are trusted. */
  readonly rootPath: string;
}

/**
 * The keys of Sigstore's certificate authority and logs, as its TUF repository publishes them now. The root of that trust
 * comes with the package @sigstore/tuf, so with the integrity in package-lock.json. Throws a UserError with exit code 3
 * when the current keys cannot be had: yesterday's may have been revoked.
 */
export async function readTrustRoot(source?: TrustSource): Promise<TrustedRoot> {
  // A folder of its own: what an earlier run left behind decides nothing.
  const cachePath = mkdtempSync(join(tmpdir(), "sigstore-"));
  try {
    return await getTrustedRoot({ ...source, cachePath, timeout: 10_000, retry: { retries: 2 } });
  } catch (error) {
    const reasons = [];
    for (let cause = error; cause instanceof Error; cause = cause.cause) reasons.push(cause.message);
    throw new UserError(`Sigstore's keys could not be read: ${reasons.join(": ")}.`, {
      remedy: "Run it again where Sigstore's TUF repository can be reached. Nothing was changed.",
      exitCode: 3,
    });
  } finally {
    rmSync(cachePath, { recursive: true, force: true });
  }
}
