import { clientFaults } from "./client-faults.ts";
import { linkFaults } from "./link-faults.ts";
import { nodeFaults } from "./node-faults.ts";
import { redisFaults } from "./redis-faults.ts";

/** Everything that can go wrong in a run. */
export const faultKinds = { ...nodeFaults, ...redisFaults, ...linkFaults, ...clientFaults };

export type FaultName = keyof typeof faultKinds;
