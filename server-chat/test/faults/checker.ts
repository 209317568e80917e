import { checkBans, checkCatchUp, checkMemory, checkPresence } from "./check-bounds.ts";
import { checkOrder, checkReadToTheEnd, checkResets } from "./check-shown.ts";
import {
  checkAcknowledged,
  checkDuplicates,
  checkPhantoms,
  checkSenderOrder,
  checkUnknownOutcomes,
} from "./check-stored.ts";
import type { History } from "./history.ts";
import { type HistoryIndex, indexHistory } from "./history-index.ts";
import { type Property, properties, type Verdict } from "./verdict.ts";

const checks: Record<Property, (history: History, index: HistoryIndex) => Verdict> = {
  1: checkAcknowledged,
  2: checkPhantoms,
  3: checkDuplicates,
  4: checkUnknownOutcomes,
  5: checkOrder,
  6: checkReadToTheEnd,
  7: checkSenderOrder,
  8: checkResets,
  9: checkPresence,
  10: checkBans,
  11: checkCatchUp,
  12: checkMemory,
};

export const allProperties = Object.keys(properties).map(Number) as readonly Property[];

/** Judges a run: one verdict for each of the properties asked for. */
export function checkHistory(history: History, asked: readonly Property[] = allProperties): readonly Verdict[] {
  const index = indexHistory(history);
  return asked.map((property) => checks[property](history, index));
}
