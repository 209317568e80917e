/** The newest commit of the remote branch. */
export interface Head {
  readonly commit: string;
  /** The release record in it, if it has one. */
  readonly record: string | undefined;
  /** The record as each commit of the history left it, the latest first. */
  readonly earlier: readonly string[];
}

/**
 * A clone that the bump works in. Every method is one step; a bump that is killed between two of them has changed the
 * remote branch as a whole or not at all. Each throws a UserError with exit code 3 when the outside world fails.
 */
export interface Clone {
  /** Asks the remote for its branch; leaves the working tree alone. */
  readonly fetch: () => Promise<Head>;
  /** Makes the working tree that of the commit. Throws a UserError (exit 2) rather than drop somebody's changes. */
  readonly reset: (commit: string) => Promise<void>;
  readonly writeRecord: (text: string) => Promise<void>;
  /** Renders with the code that is checked out: it may be newer than the code that runs. Throws (exit 1) on findings. */
  readonly synth: () => Promise<void>;
  /** Runs every check on what is checked out. Throws a UserError (exit 1) on findings. */
  readonly check: () => Promise<void>;
  /** Commits the record and what was rendered, and resolves to the commit. */
  readonly commit: (message: string) => Promise<string>;
  /** The one step that others see. "raced": another push was first, and the remote has nothing of ours. */
  readonly push: (commit: string) => Promise<"pushed" | "raced">;
  /** Whether the remote branch contains the commit. */
  readonly remoteHas: (commit: string) => Promise<boolean>;
}
