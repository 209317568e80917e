import type { Manifest } from "../render/manifest.ts";
import type { Severity } from "./finding.ts";
import type { Tree } from "./tree.ts";

/** One violation of a rule. The rule adds its id, severity and remedy; the manifest adds where it comes from. */
export interface Violation {
  readonly manifest: Manifest;
  /** Field inside the object, such as `spec.ports[0].targetPort`; "" for the whole object. */
  readonly field: string;
  /** What was found there. The first half of the printed message. */
  readonly found: string;
}

/** A rule is data and one pure function over the whole tree of an environment. One file in checks/policy/ is one rule. */
export interface Rule {
  /** Same as the file's name. */
  readonly id: string;
  readonly severity: Severity;
  /** What goes wrong on the cluster otherwise: one sentence, the second half of the printed message. */
  readonly why: string;
  /** What to do about it. */
  readonly fix: string;
  readonly check: (tree: Tree) => Iterable<Violation>;
}

/** Declares a rule; it exists to have the rule checked against its type where it is written. */
export function defineRule(rule: Rule): Rule {
  return rule;
}
