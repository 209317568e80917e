import type { ObjectChange } from "./platform-change.ts";
import type { Surroundings } from "./surroundings.ts";

/** What a change may do to a running cluster; the names are the values of --fail-on. */
export type RiskId =
  | "deletes-data"
  | "deletes-object"
  | "immutable-field"
  | "interrupts-service"
  | "restarts-pods"
  | "widens-access"
  | "exposes-port"
  | "changes-sync"
  | "nothing-happens";

/** A risk that one change carries. */
export interface Risk {
  readonly id: RiskId;
  /** Why, in one line. */
  readonly why: string;
  /** How to proceed, where Argo CD cannot. */
  readonly remedy?: string;
}

/** One risk: what it means, and how a change is found to carry it. */
export interface RiskRule {
  readonly id: RiskId;
  readonly meaning: string;
  /** What a reviewer does about it. */
  readonly advice: string;
  /** Why this change carries the risk, one line for each reason; empty when it does not. */
  readonly judge: (change: ObjectChange, surroundings: Surroundings) => readonly Omit<Risk, "id">[];
}
