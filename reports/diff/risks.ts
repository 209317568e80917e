import type { RiskRule } from "./risk.ts";
import { changesSync } from "./risks/changes-sync.ts";
import { deletesData } from "./risks/deletes-data.ts";
import { deletesObject } from "./risks/deletes-object.ts";
import { exposesPort } from "./risks/exposes-port.ts";
import { immutableField } from "./risks/immutable-field.ts";
import { interruptsService } from "./risks/interrupts-service.ts";
import { nothingHappens } from "./risks/nothing-happens.ts";
import { restartsPods } from "./risks/restarts-pods.ts";
import { widensAccess } from "./risks/widens-access.ts";

/** Every risk, the gravest first. */
export const riskRules: readonly RiskRule[] = [
  deletesData,
  deletesObject,
  immutableField,
  interruptsService,
  widensAccess,
  exposesPort,
  restartsPods,
  changesSync,
  nothingHappens,
];
