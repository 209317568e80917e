import { fateOf, isCascading } from "../deletion.ts";
import type { RiskRule } from "../risk.ts";

/** Deletes an object from the cluster. */
export const deletesObject: RiskRule = {
  id: "deletes-object",
  meaning: "Argo CD deletes an object from the cluster.",
  advice: "Make sure that nothing uses it any more; `git revert` makes it anew.",
  judge(change, around) {
    if (!change.before || fateOf(change, around)?.deleted !== true) return [];
    const { kind } = change.before;
    if (kind !== "Application") return [{ why: "it is in git no more, and Argo CD prunes it" }];
    return isCascading(change.before)
      ? [{ why: "Argo CD follows the app no more, and its finalizer deletes everything that it made" }]
      : [{ why: "Argo CD follows the app no more; without a finalizer what it made stays" }];
  },
};
