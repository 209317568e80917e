import { join } from "node:path";
import type { Environment } from "../config/environment.ts";
import { environmentInputs } from "../config/environments.ts";
import { parseEnvironments } from "../config/parse-environments.ts";
import { parsePins, releasedImages } from "../config/pins.ts";
import { versions } from "../config/versions.ts";
import type { PlatformPins } from "../constructs/app.ts";
import { discoverApps } from "../io/discover.ts";
import { readReleaseRecords } from "../io/read-release-records.ts";
import type { AppSource } from "../render/platform.ts";
import { renderEnvironment } from "../render/render.ts";
import type { RenderedEnvironment } from "../render/rendered.ts";

/** The checkout that the tests run in. */
export const root = join(import.meta.dirname, "..");

const [environment] = parseEnvironments({ production: environmentInputs.production });
if (!environment) throw new Error("the production environment is missing");

/** The real configuration, for tests that change one thing of it. */
export const production: Environment = environment;

export const pins: PlatformPins = parsePins(versions, await readReleaseRecords(root), releasedImages);

export const apps: readonly AppSource[] = await discoverApps(root);

/** The real platform, rendered from an environment that differs in what a test is about. */
export function render(changes: Partial<Environment> = {}, sources: readonly AppSource[] = apps): RenderedEnvironment {
  return renderEnvironment({ ...production, ...changes }, pins, sources);
}
