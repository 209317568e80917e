import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../config/user-error.ts";
import type { AppDefinition } from "../constructs/app.ts";
import type { AppSource } from "../render/platform.ts";

/**
 * Loads every app: one file in charts/ is one app, so there is no list to keep.
 * Throws a UserError for a file that cannot be loaded or that does not declare the app of its name.
 */
export async function discoverApps(root: string): Promise<AppSource[]> {
  const files = (await readdir(join(root, "charts")))
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .sort();
  return Promise.all(
    files.map(async (file) => {
      const source = `charts/${file}`;
      const app = (await load(join(root, "charts", file), source)) as AppDefinition | undefined;
      const name = file.slice(0, -".ts".length);
      if (app === undefined || app.name !== name) {
        throw new UserError(
          app === undefined ? `${source} has no default export.` : `${source} declares the app "${app.name}".`,
          { remedy: `Let it end in: export default defineApp({ name: "${name}", ... });` },
        );
      }
      return { source, app };
    }),
  );
}

async function load(path: string, source: string): Promise<unknown> {
  try {
    return ((await import(path)) as { default?: unknown }).default;
  } catch (error) {
    if (error instanceof UserError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new UserError(`${source} cannot be loaded: ${message}`, {
      remedy: "Correct that file. `npm run check` points at the line.",
    });
  }
}
