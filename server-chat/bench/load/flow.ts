import { setTimeout as sleep } from "node:timers/promises";
import { type Flow, type FlowPlan, percentiles } from "./commands.ts";
import type { Crowd } from "./crowd.ts";
import { type Reading, readUse, useBetween } from "./meter.ts";
import { Tally } from "./tally.ts";

const backlogEveryMs = 100;
/** Without a delivery for so long, what is missing will not come. */
const lostAfterMs = 10_000;

/**
 * Sends at a fixed rate whatever the server does, each message from another client, until the plan is fulfilled, and
 * waits for what is on its way.
 */
export async function runFlow(crowd: Crowd, plan: FlowPlan): Promise<Flow> {
  const { rate, warmUpMs, durationMs, giveUpMs = Number.POSITIVE_INFINITY } = plan;
  const clients = crowd.clients.length;
  const warmUp = Math.round((rate * warmUpMs) / 1_000);
  const total = warmUp + Math.round((rate * durationMs) / 1_000);
  const first = crowd.nextNumber;
  const tally = new Tally(clients, first, total);
  crowd.tally = tally;
  const due = () => tally.sent * clients - tally.delivered;
  const backlog: number[] = [];
  let gaveUp = false;
  let before: Reading | undefined;
  let deliveredBefore = 0;
  const startMs = performance.now();
  let nextSampleMs = Number.POSITIVE_INFINITY;

  const startMeasuring = (nowMs: number) => {
    tally.startMeasuring();
    before = readUse(crowd.target.pids);
    deliveredBefore = tally.delivered;
    nextSampleMs = nowMs;
  };
  const pump = (nowMs: number) => {
    while (tally.sent < total && startMs + (tally.sent * 1_000) / rate <= nowMs) {
      if (tally.sent === warmUp) startMeasuring(nowMs);
      tally.noteSent(crowd.nextNumber, performance.now());
      crowd.sendNext();
    }
    if (nowMs < nextSampleMs) return;
    nextSampleMs += backlogEveryMs;
    backlog.push(due());
    gaveUp ||= due() > (giveUpMs / 1_000) * rate * clients;
  };

  crowd.beforeRead = () => pump(crowd.nowMs);
  while (tally.sent < total && !gaveUp && crowd.failed === 0) {
    await sleep(1);
    pump(performance.now());
  }
  crowd.beforeRead = undefined;
  const lastSendMs = performance.now();
  const after = readUse(crowd.target.pids);
  const deliveries = tally.delivered - deliveredBefore;
  await untilDelivered(tally, due);
  crowd.tally = undefined;
  return {
    clients,
    rate,
    gaveUp,
    sent: tally.sent,
    plannedMs: warmUpMs + durationMs,
    sendingMs: lastSendMs - startMs,
    drainingMs: performance.now() - lastSendMs,
    delivered: tally.delivered,
    acknowledged: tally.acknowledged,
    violations: tally.violations,
    failures: crowd.failures,
    latency: percentiles(tally.latencies),
    acknowledgement: percentiles(tally.acknowledgements),
    backlog,
    backlogEveryMs,
    use: useBetween(before ?? after, after),
    deliveries,
  };
}

async function untilDelivered(tally: Tally, due: () => number): Promise<void> {
  let delivered = tally.delivered;
  let changedMs = performance.now();
  while (due() > 0 || tally.acknowledged < tally.sent) {
    await sleep(5);
    if (tally.delivered !== delivered) {
      delivered = tally.delivered;
      changedMs = performance.now();
    } else if (performance.now() - changedMs > lostAfterMs) return;
  }
}
