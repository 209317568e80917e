/** An error stops a synthesis; a warning is printed. */
export type Severity = "error" | "warning";

/** Something that would go wrong on the cluster, and where it comes from. */
export interface Finding {
  /** Id of the rule, or `schema`. */
  readonly rule: string;
  readonly severity: Severity;
  /** What was found and why it matters, one line. */
  readonly message: string;
  /** What to do. */
  readonly remedy: string;
  /** File that the manifest would be written to. */
  readonly path: string;
  /** Field inside the manifest, such as `spec.template.spec.containers[0].image`; "" for the whole object. */
  readonly field: string;
  /** Source file and construct that rendered it. */
  readonly source: string;
  readonly constructPath: string;
}
