import { fateOf } from "../deletion.ts";
import type { RiskRule } from "../risk.ts";

/** Nothing happens: only the order, a comment or the notation differs, or what left git stays. */
export const nothingHappens: RiskRule = {
  id: "nothing-happens",
  meaning: "Only an order that does not matter, a comment or the notation differs; or what left git stays as it is.",
  advice: "Nothing: it is listed so that nobody has to search for what it means.",
  judge(change, around) {
    const fate = fateOf(change, around);
    if (fate?.deleted === false) return [{ why: fate.why }];
    if (!change.before || !change.after) return [];
    if (!change.fields.every(({ idle }) => idle !== undefined)) return [];
    const reasons = new Set(change.fields.map(({ idle }) => idle));
    return [
      { why: reasons.size === 0 ? "only the order of fields, a comment or the layout" : [...reasons].join(", ") },
    ];
  },
};
