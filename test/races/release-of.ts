import { createHash } from "node:crypto";
import type { Release } from "../../config/release.ts";

/** A release of its own for each run. */
export function releaseOf(runNumber: number): Release {
  const hex = createHash("sha256").update(`run ${runNumber}`).digest("hex");
  const revision = hex.slice(0, 40);
  return { tag: `main-${revision}`, digest: `sha256:${hex}`, revision, runNumber };
}
