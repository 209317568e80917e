import { checkPlatform } from "../checks/check.ts";
import type { Finding } from "../checks/finding.ts";
import { parseEnvironments } from "../config/parse-environments.ts";
import { parsePins, releasedImages } from "../config/pins.ts";
import type { versions } from "../config/versions.ts";
import type { PlatformPins } from "../constructs/app.ts";
import { discoverApps } from "../io/discover.ts";
import { loadConfiguration } from "../io/load-configuration.ts";
import { loadRules } from "../io/load-rules.ts";
import { readReleaseRecords } from "../io/read-release-records.ts";
import { renderEnvironment } from "../render/render.ts";
import { formatYaml } from "../render/yaml.ts";
import { createStopwatch, type Stage } from "./stopwatch.ts";

export interface Rendering {
  /** What is to be written, by path. */
  readonly texts: ReadonlyMap<string, string>;
  readonly findings: readonly Finding[];
  readonly notices: readonly string[];
  readonly stages: readonly Stage[];
}

/** Configuration -> apps -> manifests -> findings and texts, all in memory. Both `synth` and `check` start here. */
export async function renderAll(root: string, nowMs: () => number): Promise<Rendering> {
  const stopwatch = createStopwatch(nowMs);
  const stated = await loadConfiguration(root);
  const environments = parseEnvironments(stated.environments);
  const pins: PlatformPins = parsePins(
    stated.versions as typeof versions,
    await readReleaseRecords(root),
    releasedImages,
  );
  stopwatch.lap("configuration");
  const [apps, rules] = await Promise.all([discoverApps(root), loadRules(root)]);
  stopwatch.lap("load charts and rules");
  const rendered = environments.map((environment) => renderEnvironment(environment, pins, apps));
  stopwatch.lap("render");
  const findings = checkPlatform(rendered, rules);
  stopwatch.lap("check");
  const texts = new Map(
    rendered.flatMap(({ manifests }) => manifests.map(({ path, object }) => [path, formatYaml(object)] as const)),
  );
  stopwatch.lap("format");
  return { texts, findings, notices: pins.notices, stages: stopwatch.stages };
}
