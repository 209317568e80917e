import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describeIssues } from "../config/issues.ts";
import { UserError } from "../config/user-error.ts";
import type { AppDefinition } from "../constructs/app.ts";
import { appSchema } from "../constructs/app-schema.ts";
import type { AppSource } from "../render/platform.ts";
import { loadModule } from "./load-module.ts";

/**
 * Loads every app: one file in charts/ is one app, so there is no list to keep.
 * Throws a UserError for a file that cannot be loaded or that does not declare the app of its name.
 */
export async function discoverApps(root: string): Promise<AppSource[]> {
  const files = (await readdir(join(root, "charts"))).filter(
    (file) => file.endsWith(".ts") && !file.endsWith(".test.ts"),
  );
  return Promise.all(files.sort().map((file) => loadApp(root, `charts/${file}`, file.slice(0, -".ts".length))));
}

async function loadApp(root: string, source: string, name: string): Promise<AppSource> {
  const remedy = `Let it end in: export default defineApp({ name: "${name}", ... });`;
  const app = (await loadModule(root, source)).default;
  if (typeof app !== "object" || app === null)
    throw new UserError(`${source} has no app as its default export.`, { remedy });
  const parsed = appSchema.safeParse(app, { reportInput: true });
  if (!parsed.success) {
    throw new UserError(describeIssues(source, parsed.error).join("\n"), {
      remedy: "constructs/app.ts says what each field means.",
    });
  }
  if (parsed.data.name !== name) throw new UserError(`${source} declares the app "${parsed.data.name}".`, { remedy });
  return { source, app: app as AppDefinition };
}
