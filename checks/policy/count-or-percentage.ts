import type { Manifest } from "../../render/manifest.ts";
import { defineRule } from "../rule.ts";

/** Where each kind counts pods by number or share. */
const places = {
  DaemonSet: "spec.updateStrategy.rollingUpdate",
  Deployment: "spec.strategy.rollingUpdate",
  PodDisruptionBudget: "spec",
} as const;

const names = ["maxSurge", "maxUnavailable", "minAvailable"] as const;
type Amount = number | string | undefined;
type Amounts = Readonly<Partial<Record<(typeof names)[number], Amount>>>;

export default defineRule({
  id: "count-or-percentage",
  severity: "error",
  why: "The API server refuses the object: pods are counted by a whole number, or by a percentage such as 25%, and a roll-out must be able to move.",
  fix: "Write a number without quotes or a percentage without a space, and leave maxSurge or maxUnavailable above 0.",
  check: function* (tree) {
    for (const [kind, field] of Object.entries(places)) {
      for (const manifest of tree.ofKind(kind)) {
        const amounts = amountsAt(manifest, field);
        for (const name of names) {
          if (isAmount(amounts[name])) continue;
          yield { manifest, field: `${field}.${name}`, found: `${name} ${JSON.stringify(amounts[name])}` };
        }
        if (isZero(amounts.maxSurge) && isZero(amounts.maxUnavailable)) {
          yield { manifest, field, found: "maxSurge and maxUnavailable both 0" };
        }
        if (amounts.minAvailable !== undefined && amounts.maxUnavailable !== undefined) {
          yield { manifest, field, found: "minAvailable and maxUnavailable together" };
        }
      }
    }
  },
});

function amountsAt({ object }: Manifest, field: string): Amounts {
  let value: unknown = object;
  for (const part of field.split(".")) value = (value as Readonly<Record<string, unknown>> | undefined)?.[part];
  return (value ?? {}) as Amounts;
}

function isAmount(amount: Amount): boolean {
  if (typeof amount === "number") return Number.isInteger(amount) && amount >= 0;
  return amount === undefined || /^(\d{1,2}|100)%$/.test(amount);
}

function isZero(amount: Amount): boolean {
  return amount === 0 || amount === "0%";
}
