import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkPlatform } from "../checks/check.ts";
import { formatFindings } from "../cli/findings.ts";
import { renderedFolders } from "../cli/rendered-folders.ts";
import { createStopwatch, type Stage } from "../cli/stopwatch.ts";
import { parsePins, releasedImages } from "../config/pins.ts";
import { exitCode } from "../config/user-error.ts";
import { versions } from "../config/versions.ts";
import type { PlatformPins } from "../constructs/app.ts";
import { discoverApps } from "../io/discover.ts";
import { loadRules } from "../io/load-rules.ts";
import { readReleaseRecords } from "../io/read-release-records.ts";
import { writeTree } from "../io/write-tree.ts";
import { renderEnvironment } from "../render/render.ts";
import { formatYaml } from "../render/yaml.ts";
import { syntheticApps, syntheticEnvironment } from "./synthetic-platform.ts";

/** One synthesis of a synthetic platform. */
export interface GrowthRun {
  readonly applications: number;
  readonly manifests: number;
  /** The work alone: packages, charts and rules were loaded before. */
  readonly stages: readonly Stage[];
  /** What this disk takes to make as many files, of which the write stage makes up most; measured with some of them. */
  readonly diskMs: number;
  /** The most memory that the process held, Node itself included. */
  readonly peakMib: number;
}

// The program that bench/growth.ts starts once for each size: memory that one size needed must not serve the next.
const [applications, folder] = [Number(process.argv[2]), process.argv[3] ?? ""];
const root = join(import.meta.dirname, "..");
const pins: PlatformPins = parsePins(versions, await readReleaseRecords(root), releasedImages);
const [apps, rules] = await Promise.all([discoverApps(root), loadRules(root)]);
const environment = syntheticEnvironment(applications);

const stopwatch = createStopwatch(() => performance.now());
const rendered = renderEnvironment(environment, pins, [...apps, ...syntheticApps(applications)]);
stopwatch.lap("render");
const findings = checkPlatform([rendered], rules);
stopwatch.lap("check");
const texts = new Map(rendered.manifests.map(({ path, object }) => [path, formatYaml(object)]));
stopwatch.lap("format");
const { changed } = await writeTree(folder, renderedFolders, texts, new AbortController().signal);
stopwatch.lap("write");

const run: GrowthRun = {
  applications,
  manifests: changed.length,
  stages: stopwatch.stages,
  peakMib: process.resourceUsage().maxRSS / 1024,
  diskMs: timeBareWrites(join(folder, "bare"), [...texts.values()]),
};
// Findings would make the check do more, or less, than it does for a platform that can be deployed.
process.stdout.write(findings.length > 0 ? formatFindings(findings.slice(0, 5), false) : `${JSON.stringify(run)}\n`);
process.exitCode = findings.length > 0 ? exitCode.findings : exitCode.ok;

/** Estimates how long files with these texts take when nothing but writing is done, eight to a folder. */
function timeBareWrites(target: string, all: readonly string[]): number {
  const sample = all.slice(0, 1_000);
  const startMs = performance.now();
  for (const [index, text] of sample.entries()) {
    const inner = join(target, String(Math.floor(index / 8)));
    if (index % 8 === 0) mkdirSync(inner, { recursive: true });
    writeFileSync(join(inner, `${index}.yaml`), text);
  }
  return ((performance.now() - startMs) / sample.length) * all.length;
}
