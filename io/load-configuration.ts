import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../config/user-error.ts";
import { loadModule } from "./load-module.ts";

/** The configuration as people state it: unchecked, and loaded so that a slip in it is reported as theirs. */
export interface StatedConfiguration {
  readonly environments: Readonly<Record<string, unknown>>;
  readonly versions: unknown;
}

/**
 * Loads config/environments.ts and config/versions.ts. Throws a UserError for a file that cannot be loaded, and for an
 * environment that lies in the folder but not in the list: it would silently not exist.
 */
export async function loadConfiguration(root: string): Promise<StatedConfiguration> {
  const [list, pins, files] = await Promise.all([
    loadModule(root, "config/environments.ts"),
    loadModule(root, "config/versions.ts"),
    readdir(join(root, "config", "environments")),
  ]);
  const environments = list.environmentInputs as Readonly<Record<string, unknown>>;
  for (const name of files.filter((file) => file.endsWith(".ts")).map((file) => file.slice(0, -".ts".length))) {
    if (name in environments) continue;
    throw new UserError(`config/environments/${name}.ts is not in the list of config/environments.ts.`, {
      remedy: `Import it there and add it to environmentInputs, or remove the file.`,
    });
  }
  return { environments, versions: pins.versions };
}
