import type { Growth } from "./growth.ts";
import type { GrowthRun } from "./growth-run.ts";
import type { Startup, Subject } from "./startup.ts";
import { median, medianStages, ratios, spread } from "./statistics.ts";
import { lines, seconds, table, verdict } from "./text-table.ts";

/** What is promised; `npm run bench` prints it beside what it measured, and no test depends on it. */
const bars = {
  timesFaster: { promised: 6, aim: 9 },
  /** Our own time, where the stock tool chain takes `stockMs`. */
  ownMs: { promised: 600, stockMs: 3_500 },
  /** What 2,000 applications may cost, in units of 1,000. */
  growth: { promised: 2.3, from: 1_000, to: 2_000 },
  /** For 1,000 applications. */
  work: { applications: 1_000, promisedMs: 6_000, promisedMib: 1_024 },
} as const;

const titles: Readonly<Record<Subject, string>> = {
  stock: "stock: cdk8s synth, ts-node, checks nothing",
  rewritten: "npm run synth, every file written anew",
  unchanged: "npm run synth, nothing changed",
  firstRun: "npm run synth, first run of a clone",
  floor: "floor: npm run of a script that loads cdk8s",
};

export function formatStartup({ manifests, rounds, durationsMs, stages }: Startup): string {
  const rows = (Object.keys(titles) as Subject[]).map((subject) => {
    const own = spread(durationsMs[subject]);
    const times = spread(ratios(durationsMs.stock, durationsMs[subject]));
    const figures = [own.median, own.lowest, own.highest].map((durationMs) => seconds(durationMs));
    const ratio = subject === "stock" ? [] : [times.median, times.lowest, times.highest].map(timesText);
    return [titles[subject], ...figures, ...ratio];
  });
  const times = median(ratios(durationsMs.stock, durationsMs.rewritten));
  const stagesMs = stages.reduce((sum, { durationMs }) => sum + durationMs, 0);
  const rest = { name: "npm, Node, loading the command", durationMs: median(durationsMs.unchanged) - stagesMs };
  const { timesFaster, ownMs } = bars;
  const scaledMs = ownMs.stockMs / times;
  return lines(
    `Start-up: ${manifests} objects on both sides, whole processes, ${rounds} rounds in turns. Seconds, and how many times`,
    "faster than the stock run of the same round:",
    ...table([["", "median", "lowest", "highest", "times", "lowest", "highest"], ...rows]),
    `  ${verdict(times >= timesFaster.promised)}: ${timesText(times)} times faster with every file written; promised ${timesFaster.promised}, aim ${timesFaster.aim}`,
    `  ${verdict(scaledMs < ownMs.promised)}: ${seconds(scaledMs)} s where stock takes ${seconds(ownMs.stockMs)} s; promised under ${seconds(ownMs.promised)} s`,
    "Where an unchanged synthesis spends its time (medians, ms):",
    ...table([...stages, rest].map(({ name, durationMs }) => [name, durationMs.toFixed(1)])),
  );
}

export function formatGrowth({ rounds, runs }: Growth): string {
  const sizes = [...new Set(runs.map(({ applications }) => applications))].map((applications) =>
    summarize(runs.filter((run) => run.applications === applications)),
  );
  const names = sizes[0]?.stages.map(({ name }) => name) ?? [];
  const rows = sizes.map(({ applications, manifests, stages, workMs, diskMs, peakMib }) => [
    String(applications),
    String(manifests),
    ...stages.map(({ durationMs }) => seconds(durationMs)),
    seconds(workMs),
    seconds(diskMs),
    String(Math.round(peakMib)),
  ]);
  const { growth, work } = bars;
  const sizeOf = (applications: number) => sizes.find((size) => size.applications === applications);
  const [from, to, limit] = [sizeOf(growth.from), sizeOf(growth.to), sizeOf(work.applications)];
  if (!from || !to || !limit) throw new Error("A size that something is promised about was not measured.");
  const [timeRatio, memoryRatio] = [to.workMs / from.workMs, to.peakMib / from.peakMib];
  return lines(
    `Growth: synthetic platforms on top of the real charts, a fresh process each, median of ${rounds}. Seconds by stage, and`,
    "what this disk takes to make as many files in a bare loop; peak memory of the process in MiB:",
    ...table([["applications", "objects", ...names, "all", "(disk)", "peak"], ...rows]),
    `  ${verdict(timeRatio <= growth.promised && memoryRatio <= growth.promised)}: ${growth.to} cost ${timeRatio.toFixed(2)} times the time and ${memoryRatio.toFixed(2)} times the memory of ${growth.from}; promised at most ${growth.promised}`,
    `  ${verdict(limit.workMs < work.promisedMs && limit.peakMib < work.promisedMib)}: ${work.applications} in ${seconds(limit.workMs)} s and ${Math.round(limit.peakMib)} MiB; promised within ${seconds(work.promisedMs)} s and ${work.promisedMib} MiB`,
  );
}

function summarize(runs: readonly GrowthRun[]) {
  const [first] = runs;
  if (!first) throw new Error("A size without a run.");
  const workMs = median(runs.map(({ stages }) => stages.reduce((sum, { durationMs }) => sum + durationMs, 0)));
  return {
    ...first,
    stages: medianStages(runs.map(({ stages }) => stages)),
    workMs,
    diskMs: median(runs.map((run) => run.diskMs)),
    peakMib: median(runs.map((run) => run.peakMib)),
  };
}

function timesText(times: number): string {
  return times.toFixed(1);
}
