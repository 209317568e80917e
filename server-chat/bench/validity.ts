import { cores } from "./bench-context.ts";
import type { Flow, Jitter, Opened } from "./load/commands.ts";

/** A load that has no time left measures itself. */
const busiestLoad = 0.9;
const longestSending = 1.5;

/** Why a run's figures mean nothing; empty when they do. */
export function voidReasons(flow: Flow): string[] {
  return [
    ...deliveryFailures(flow),
    ...(flow.sendingMs > longestSending * flow.plannedMs ? ["the load sent too slowly"] : []),
    ...busyLoad(flow.use.busy),
  ];
}

/** What did not reach everybody once and in order. */
export function deliveryFailures(flow: Flow): string[] {
  const { clients, sent, delivered, acknowledged, violations, failures } = flow;
  const due = sent * clients;
  return [
    ...(sent === 0 || clients === 0 ? ["nothing was sent"] : []),
    ...(delivered === due ? [] : [`${delivered} of ${due} deliveries`]),
    ...(acknowledged === sent ? [] : [`${acknowledged} of ${sent} acknowledgements`]),
    ...violations,
    ...failures,
  ];
}

/** The same for a crowd that came one after the other. */
export function crowdVoids(opened: Opened): string[] {
  return [...openFailures(opened), ...busyLoad(opened.busy)];
}

/** The same for one that came all at once, where connections that failed are a figure of their own. */
export function stormVoids(opened: Opened): string[] {
  return [...(opened.opened === 0 ? openFailures(opened) : []), ...busyLoad(opened.busy)];
}

/** The same for clients whose connections were cut. */
export function jitterVoids({ clean, halfOpen, acknowledged, use }: Jitter): string[] {
  return [
    ...(acknowledged ? [] : ["the last message was not acknowledged"]),
    ...(clean.cuts > 0 && halfOpen.cuts > 0 ? [] : ["nothing was cut"]),
    ...busyLoad(use.busy),
  ];
}

function busyLoad(busy: readonly number[]): string[] {
  const share = busy[cores.load] ?? Number.NaN;
  return share <= busiestLoad ? [] : [`the load's core was busy for ${(share * 100).toFixed(0)} % of the time`];
}

export function openFailures({ failed, failures }: Opened): string[] {
  return failed === 0 ? [] : [`${failed} connections failed: ${failures.join("; ")}`];
}
