import { environmentInputs } from "../../config/environments.ts";
import { parseEnvironments } from "../../config/parse-environments.ts";
import { parsePins, releasedImages } from "../../config/pins.ts";
import { versions } from "../../config/versions.ts";
import { discoverApps } from "../../io/discover.ts";
import { readReleaseRecords } from "../../io/read-release-records.ts";
import { renderEnvironment } from "../../render/render.ts";
import type { RenderedEnvironment } from "../../render/rendered.ts";

/** The environment that the suite runs: the real one. */
export const environmentName = "production";

/** The checkout's production environment as the sources render it, for what dist/ does not say (servers, workloads). */
export async function renderProduction(root: string): Promise<RenderedEnvironment> {
  const [environment] = parseEnvironments({ [environmentName]: environmentInputs[environmentName] });
  if (!environment) throw new Error(`no environment ${environmentName}`);
  const records = await readReleaseRecords(root);
  const pins = parsePins(versions, records, releasedImages);
  return renderEnvironment(environment, pins, await discoverApps(root));
}
