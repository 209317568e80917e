import { isDeepStrictEqual } from "node:util";
import type { Release } from "../config/release.ts";
import { UserError } from "../config/user-error.ts";
import type { Past } from "./record.ts";
import type { Request } from "./request.ts";

export type Decision =
  | { readonly kind: "bump" }
  /** Nothing to do, and no failure. */
  | { readonly kind: "same" | "stale"; readonly reason: string };

/** The release that is asked for. Throws a UserError for a rollback to what the branch never recorded. */
export function chooseRelease(request: Request, past: Past): Release {
  if (request.kind === "event") return request.release;
  const release = past.releases.find(({ tag }) => tag === request.tag);
  if (release) return release;
  throw new UserError(`No commit of the branch records ${request.tag}.`, {
    remedy: "A rollback goes to a release that ran before: `git log -p -- config/images/` lists them.",
  });
}

/**
 * The supersession guard: whether the release goes into the record. An event must be newer than everything that the
 * branch has ever recorded, not only than what it records now. Otherwise a replay would undo a rollback or a revert.
 */
export function decide(past: Past, requested: Release, { rollback }: { readonly rollback: boolean }): Decision {
  if (isDeepStrictEqual(past.recorded, requested))
    return { kind: "same", reason: `${requested.tag} of run ${requested.runNumber} is what the branch records` };
  const newest = Math.max(0, ...past.releases.map(({ runNumber }) => runNumber));
  if (!rollback && requested.runNumber <= newest)
    return {
      kind: "stale",
      reason: `run ${requested.runNumber} is not newer than run ${newest}, which the branch has recorded`,
    };
  return { kind: "bump" };
}
