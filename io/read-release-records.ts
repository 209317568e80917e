import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../config/user-error.ts";

/** Reads config/images/*.json, by image name. Throws a UserError for a file that is not JSON. */
export async function readReleaseRecords(root: string): Promise<Record<string, unknown>> {
  const folder = join(root, "config", "images");
  const files = (await readdir(folder)).filter((file) => file.endsWith(".json")).sort();
  const entries = files.map(async (file) => {
    const text = await readFile(join(folder, file), "utf8");
    try {
      return [file.slice(0, -".json".length), JSON.parse(text) as unknown] as const;
    } catch (error) {
      throw new UserError(`config/images/${file} is not JSON: ${error instanceof Error ? error.message : error}.`, {
        remedy: 'It holds {"repository": ..., "release": null} or the release that the image workflow announced.',
      });
    }
  });
  return Object.fromEntries(await Promise.all(entries));
}
