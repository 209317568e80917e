import type { Diff } from "./diff.ts";
import type { Comparer, SampleResult } from "./diff-samples.ts";
import type { DiffSpeed, DiffSubject } from "./diff-speed.ts";
import { spread } from "./statistics.ts";
import { lines, seconds, table, verdict } from "./text-table.ts";

/** What is promised; no test depends on how long something takes. */
const bars = { falseAlarms: 1, durationMs: 1_000 } as const;

const comparers: Readonly<Record<Comparer, string>> = {
  ours: "npm run diff",
  git: "git diff",
  dyff: "dyff between, started by git",
  dyffWithoutOrder: "dyff between --ignore-order-changes, started by git",
};

const subjects: Readonly<Record<DiffSubject, string>> = {
  workingTree: "npm run diff, the working tree beside HEAD",
  commits: "npm run diff, a commit beside another",
  git: "git diff",
  dyffByGit: "dyff between, started by git for the file that differs",
  dyffOfAll: "dyff between, all objects in one file on each side",
  floor: "floor: npm run of a script that does nothing",
};

export function formatDiff({ samples, speed }: Diff): string {
  return `${formatSamples(samples)}${formatSpeed(speed)}`;
}

function formatSamples(samples: readonly SampleResult[]): string {
  const risks = samples.flatMap((sample) => sample.risks).length;
  const idle = samples.filter(({ happens }) => !happens).length;
  const counts = (comparer: Comparer) => ({
    missed: samples.filter(({ by }) => by[comparer].missed.length > 0).length,
    alarms: samples.filter(({ by }) => by[comparer].alarms.length > 0).length,
    lines: samples.reduce((sum, { by }) => sum + by[comparer].lines, 0),
  });
  const missedRisks = samples.flatMap((sample) => sample.risks.filter((risk) => sample.by.ours.missed.includes(risk)));
  const rows = (Object.keys(comparers) as Comparer[]).map((comparer) => {
    const { missed, alarms, lines: printed } = counts(comparer);
    const named = comparer === "ours" ? `${risks - missedRisks.length} of ${risks}` : "knows none";
    return [comparers[comparer], String(missed), String(alarms), named, String(printed)];
  });
  const wrong = (Object.keys(comparers) as Comparer[]).flatMap((comparer) =>
    samples.flatMap(({ name, by }) => [
      ...by[comparer].missed.map((what) => `  ${comparers[comparer]} misses ${what}: ${name}`),
      ...by[comparer].alarms.map((what) => `  ${comparers[comparer]} shows ${what} that is none: ${name}`),
    ]),
  );
  const { missed, alarms } = counts("ours");
  const kept = missed === 0 && alarms <= bars.falseAlarms;
  return lines(
    `Diff: ${samples.length} changes of the platform as two commits each; ${idle} of them change nothing in the cluster, the others carry`,
    `${risks} risks. Changes about which something was missed, or raised in vain, and lines to read:`,
    ...table([["", "missed", "false alarms", "risks named", "lines"], ...rows]),
    `  ${verdict(kept)}: ${missed} missed and ${alarms} false alarms; promised none, and at most ${bars.falseAlarms}`,
    ...(wrong.length > 0 ? ["One by one:", ...wrong] : []),
  );
}

function formatSpeed({ applications, files, rounds, durationsMs }: DiffSpeed): string {
  const rows = (Object.keys(subjects) as DiffSubject[]).map((subject) => {
    const { median, lowest, highest } = spread(durationsMs[subject]);
    return [subjects[subject], ...[median, lowest, highest].map((durationMs) => durationMs.toFixed(0))];
  });
  const ownMs = spread(durationsMs.workingTree).median;
  return lines(
    `Diff: ${applications} applications in ${files} files, one of which differs; whole processes, ${rounds} rounds in turns. Milliseconds:`,
    ...table([["", "median", "lowest", "highest"], ...rows]),
    `  ${verdict(ownMs < bars.durationMs)}: ${seconds(ownMs)} s; promised under ${seconds(bars.durationMs)} s`,
  );
}
