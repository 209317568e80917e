import type { Claims } from "../identity/identity.ts";
import type { Log } from "../log.ts";
import { StoreError } from "../store/store.ts";

/** What a moderator did. Never what somebody wrote. */
export interface ModerationAct {
  readonly act: "delete-message" | "kick" | "ban" | "lift-ban";
  /** The user that it was done to. */
  readonly whom: string;
  readonly room?: string;
  readonly seq?: number;
  readonly seconds?: number;
  readonly address?: boolean;
  readonly reason?: string | undefined;
}

/** Does it, and writes one line about it whether or not it could be done: a lost answer may hide that it was. */
export async function audited<T>(
  { caller, log }: { readonly caller: Claims; readonly log: Log },
  act: ModerationAct,
  work: () => Promise<T>,
): Promise<T> {
  // A server that logs errors only still keeps this record.
  const audit = log.child({ kind: "audit", by: caller.user, ...act }, { level: "info" });
  try {
    const done = await work();
    audit.info({ result: "done" }, "moderation");
    return done;
  } catch (error) {
    audit.info({ result: error instanceof StoreError ? error.outcome : "failed" }, "moderation");
    throw error;
  }
}
