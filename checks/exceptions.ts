/** Leave to break one rule with one object. Every exception must be in use: one that is not is itself a finding. */
export interface Exception {
  readonly rule: string;
  /** Object as `Kind namespace/name`, or `Kind name` without namespace. */
  readonly object: string;
  /** Why it is right here, for the reviewer. */
  readonly reason: string;
}

/** Who may break what, and why. */
export const exceptions: readonly Exception[] = [];
