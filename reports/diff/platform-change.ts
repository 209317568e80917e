import type { KubernetesObject } from "../../render/manifest.ts";
import type { FieldChange } from "./field-change.ts";
import type { Risk } from "./risk.ts";

/** An object that differs between two states of the platform. */
export interface ObjectChange {
  readonly environment: string;
  readonly app: string;
  readonly path: string;
  /** Undefined when the object is new. */
  readonly before: KubernetesObject | undefined;
  /** Undefined when the object is gone. */
  readonly after: KubernetesObject | undefined;
  /** What differs when it is on both sides; nothing when only the text does. */
  readonly fields: readonly FieldChange[];
}

/** The object that an ObjectChange is about, in its newest state. */
export function subject({ before, after }: Pick<ObjectChange, "before" | "after">): KubernetesObject {
  const object = after ?? before;
  if (!object) throw new Error("A change of nothing.");
  return object;
}

/** A changed object with what its change puts at risk. */
export interface JudgedChange extends ObjectChange {
  readonly risks: readonly Risk[];
}
