import { setTimeout as sleep } from "node:timers/promises";
import { type CutResult, type Jitter, type JitterPlan, percentiles } from "../commands.ts";
import type { Crowd } from "../crowd.ts";
import { readUse, useBetween } from "../meter.ts";
import { CutRecord } from "./cut-record.ts";
import { type Journey, startWanderer, type Wanderer } from "./wanderer.ts";

/** How long a client is connected and has all, and how long it is away. */
const onlineMs = { least: 1_500, most: 3_500 };
const offlineMs = { least: 1_000, most: 1_500 };
/** For the last messages to reach everybody. */
const settleMs = 2_000;

/**
 * Clients that lose their connection every few seconds, every second one so that the server does not notice, while one
 * that does not lose it sends at a steady rate.
 */
export async function runJitter(
  crowd: Crowd,
  { clients, rate, durationMs, bytesWithinMs }: JitterPlan,
): Promise<Jitter> {
  const journey: Journey = {
    target: crowd.target,
    records: { clean: new CutRecord(), halfOpen: new CutRecord() },
    from: crowd.nextNumber,
    stored: crowd.nextNumber - 1,
  };
  crowd.acknowledged = (number) => {
    journey.stored = Math.max(journey.stored, number);
  };
  const members = crowd.target.members.slice(crowd.clients.length, crowd.clients.length + clients);
  const wanderers = await Promise.all(members.map((member) => startWanderer(journey, member)));
  const sum = (figure: (wanderer: Wanderer) => number) => wanderers.reduce((total, one) => total + figure(one), 0);
  const bytesAfter = async (ms: number) => {
    await sleep(ms);
    return sum(({ bytesDown }) => bytesDown) / clients;
  };
  const bytes = Promise.all([bytesAfter(bytesWithinMs), bytesAfter(2 * bytesWithinMs)]);
  const sending = setInterval(() => crowd.sendNext(0), 1_000 / rate);

  const before = readUse(crowd.target.pids);
  const endMs = performance.now() + durationMs;
  let stuck = 0;
  const wander = async (wanderer: Wanderer, index: number) => {
    const kind = index % 2 === 0 ? "clean" : "halfOpen";
    await sleep(between(onlineMs));
    while (performance.now() < endMs) {
      if (!(await wanderer.outage(kind, between(offlineMs)))) stuck++;
      await sleep(between(onlineMs));
    }
  };
  await Promise.all(wanderers.map(wander));
  clearInterval(sending);
  const use = useBetween(before, readUse(crowd.target.pids));
  await sleep(settleMs);
  crowd.acknowledged = undefined;

  const [firstBytes, twoParts] = await bytes;
  const last = crowd.nextNumber - 1;
  const sent = last - journey.from + 1;
  const result: Jitter = {
    acknowledged: journey.stored === last,
    expected: sent * clients,
    delivered: sum(({ view }) => view.countTo(last)),
    wrong: sum(({ view }) => view.wrong),
    stuck,
    firstBytes,
    laterBytes: twoParts - firstBytes,
    use,
    clean: describe(journey.records.clean),
    halfOpen: describe(journey.records.halfOpen),
  };
  await Promise.all(wanderers.map((wanderer) => wanderer.stop()));
  return result;
}

function between({ least, most }: { readonly least: number; readonly most: number }): number {
  return least + Math.random() * (most - least);
}

function describe({ cuts, recovered, fromReopened, fromRestored }: CutRecord): CutResult {
  return { cuts, recovered, fromReopened: percentiles(fromReopened), fromRestored: percentiles(fromRestored) };
}
